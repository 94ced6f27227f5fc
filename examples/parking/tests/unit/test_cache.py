"""The cache, against a server that speaks memcached's text protocol."""

import socketserver
import threading

import pytest

from parking import create_app
from parking.settings import Settings


class Memcached(socketserver.StreamRequestHandler):
    """get, set and delete as in https://github.com/memcached/memcached/blob/master/doc/protocol.txt"""

    def handle(self):
        kept = self.server.kept
        while line := self.rfile.readline():
            command, key, *rest = line.decode().split()
            if command == "set":
                kept[key] = self.rfile.read(int(rest[2]) + 2)[:-2]
                self.wfile.write(b"STORED\r\n")
            elif command == "delete":
                self.wfile.write(b"NOT_FOUND\r\n" if kept.pop(key, None) is None else b"DELETED\r\n")
            elif key in kept:
                self.wfile.write(b"VALUE %s 0 %d\r\n%s\r\n" % (key.encode(), len(kept[key]), kept[key]))
                self.wfile.write(b"END\r\n")
            else:
                self.wfile.write(b"END\r\n")


@pytest.fixture()
def memcached():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Memcached) as server:
        server.daemon_threads = True
        server.kept = {}
        # By default it looks twice a second whether it is to end.
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def test_the_summary_is_kept_until_something_changes(client, url, memcached):
    cached = create_app(Settings(database_url=url, cache_url=f"memcached://127.0.0.1:{memcached.server_address[1]}"))
    browser = cached.test_client()
    lot = browser.post("/lots", json={"name": "Harbour", "address": "1 Quay Street"}).headers["Location"]
    assert "Harbour" in browser.get("/").get_data(as_text=True)
    # A change behind the cache's back is not seen, one through the service is.
    client.patch(lot, json={"name": "Port"})
    assert "Harbour" in browser.get("/").get_data(as_text=True)
    browser.patch(lot, json={"cents_per_hour": 100})
    assert "Port" in browser.get("/").get_data(as_text=True)
