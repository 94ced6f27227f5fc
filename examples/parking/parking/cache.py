"""The summary of the front page, kept in memcached for a moment. Without a cache, or with one that is down, it is computed."""

import json
import socket
from typing import Any, Callable
from urllib.parse import urlsplit

from flask import current_app

KEY = "parking:summary"
SECONDS = 30
TIMEOUT = 0.25


def summary(compute: Callable[[], Any]) -> Any:
    """The kept value, or a newly computed one, which is then kept."""
    kept = _ask(f"get {KEY}\r\n", end=b"END\r\n")
    if kept and kept.startswith(b"VALUE "):
        return json.loads(kept.split(b"\r\n")[1])
    value = compute()
    data = json.dumps(value)
    _ask(f"set {KEY} 0 {SECONDS} {len(data.encode())}\r\n{data}\r\n")
    return value


def forget_summary() -> None:
    _ask(f"delete {KEY}\r\n")


def _ask(command: str, end: bytes = b"\r\n") -> bytes | None:
    """One command of memcached's text protocol and its answer; None where no cache answers in time."""
    url = urlsplit(current_app.extensions["settings"].cache_url)
    if not url.hostname:
        return None
    try:
        with socket.create_connection((url.hostname, url.port or 11211), TIMEOUT) as connection:
            connection.sendall(command.encode())
            answer = b""
            while not answer.endswith(end):
                part = connection.recv(65536)
                if not part:
                    return None
                answer += part
            return answer
    except OSError as error:
        current_app.logger.warning("cache: %s", error)
        return None
