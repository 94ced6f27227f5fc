from parking import create_app
from parking.settings import Settings


def test_the_front_page_shows_version_commit_and_lots(client, space):
    page = client.get("/").get_data(as_text=True)
    assert "Version 1.2.3" in page
    assert "commit 0123456789ab" in page
    assert "Harbour" in page
    assert "1 of 1" in page


def test_what_people_enter_is_text_on_the_page(client):
    client.post("/lots", json={"name": "<script>alert(1)</script>", "address": "x"})
    assert "<script>alert" not in client.get("/").get_data(as_text=True)


def test_version(client):
    assert client.get("/version").get_json() == {"version": "1.2.3", "commit": "0123456789abcdef"}


def test_healthy_with_a_database(client):
    assert client.get("/healthz").status_code == 200


def test_without_a_database_it_is_unhealthy_and_says_so():
    client = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none")).test_client()
    assert client.get("/healthz").status_code == 503
    assert client.get("/lots").status_code == 503


def test_a_connection_that_the_server_closed_is_replaced(client, tables):
    assert client.get("/lots").status_code == 200
    with tables.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                       " AND datname = current_database()")
    assert client.get("/lots").status_code == 200


def test_a_cache_that_does_not_answer_is_done_without(url):
    client = create_app(Settings(database_url=url, cache_url="memcached://127.0.0.1:1")).test_client()
    assert client.get("/").status_code == 200
