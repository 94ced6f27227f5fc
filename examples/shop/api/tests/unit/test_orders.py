import threading

import pytest

from shop.app import create_app
from shop.settings import Settings

ORDER = {"email": "ann@example.com", "items": [{"product": 1, "quantity": 2}]}


def stock(client):
    return client.get("/api/products").get_json()["products"][0]["stock"]


def test_what_is_ordered_leaves_the_stock(client):
    created = client.post("/api/orders", json=ORDER)
    assert created.status_code == 201
    order = client.get(created.headers["Location"]).get_json()
    assert (order["email"], order["total_cents"], order["confirmation"]) == ("ann@example.com", 2400, None)
    assert stock(client) == 3


def test_an_order_that_cannot_be_met_takes_nothing(client, tables):
    tables.execute("INSERT INTO products (name, price_cents, stock) VALUES ('Knife', 4500, 1)")
    items = [{"product": 1, "quantity": 1}, {"product": 2, "quantity": 2}]
    assert client.post("/api/orders", json={**ORDER, "items": items}).status_code == 409
    assert tables.execute("SELECT stock FROM products ORDER BY id").fetchall() == [(5,), (1,)]
    assert tables.execute("SELECT count(*) FROM orders").fetchone() == (0,)


def test_of_orders_at_the_same_time_only_as_many_succeed_as_there_is_stock(client):
    codes = []
    browser = client.application.test_client
    threads = [
        threading.Thread(target=lambda: codes.append(browser().post("/api/orders", json=ORDER).status_code))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 201, 409, 409]
    assert stock(client) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"email": "nobody"},
        {"email": None},
        {"items": []},
        {"items": "mug"},
        {"items": ["mug"]},
        {"items": [{"product": 1, "quantity": 0}]},
        {"items": [{"product": 1, "quantity": True}]},
        {"items": [{"product": "1", "quantity": 1}]},
        {"items": [{"product": 2**31, "quantity": 1}]},
        {"items": [{"product": 1, "quantity": 1}, {"product": 1, "quantity": 1}]},
    ],
)
def test_what_is_not_valid_is_refused(client, change):
    assert client.post("/api/orders", json={**ORDER, **change}).status_code == 422
    assert stock(client) == 5


def test_refusals_are_json(client):
    assert client.post("/api/orders", data="{").get_json()["error"]["status"] == 400
    assert client.get("/api/orders/1").get_json()["error"] == {"status": 404, "message": "there is no order 1"}
    assert client.get("/api").get_json()["error"]["status"] == 404


def test_without_redis_an_order_is_placed_all_the_same(client, settings):
    client.application.extensions["settings"] = Settings(settings.database_url, "redis://127.0.0.1:1/0")
    assert client.post("/api/orders", json=ORDER).status_code == 201


def test_health_is_that_of_the_database(client, settings):
    assert client.get("/api/healthz").status_code == 200
    broken = create_app(Settings("postgresql://nobody@127.0.0.1:1/none", settings.redis_url, database_timeout=0.1))
    assert broken.test_client().get("/api/healthz").status_code == 503
    broken.extensions["database"].close()
