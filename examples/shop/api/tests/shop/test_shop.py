"""Black-box tests of the running shop: BASE_URL says where. What they order stays: each order is one of many."""

import os
import time

import pytest
import requests

BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8080").rstrip("/")
#: Seconds that the worker may take.
PATIENCE = 30


def call(method, path, **options):
    return requests.request(method, BASE_URL + path, timeout=10, **options)


@pytest.fixture()
def product():
    found = [one for one in call("GET", "/api/products").json()["products"] if one["stock"] > 0]
    assert found, "everything is sold out"
    return found[0]


def test_the_front_page_shows_what_the_api_sells(product):
    page = call("GET", "/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert product["name"] in page.text


def test_the_worker_confirms_an_order(product):
    body = {"email": "test@example.com", "items": [{"product": product["id"], "quantity": 1}]}
    placed = call("POST", "/api/orders", json=body)
    assert placed.status_code == 201, placed.text
    assert placed.json()["total_cents"] == product["price_cents"]
    deadline = time.monotonic() + PATIENCE
    while (order := call("GET", placed.headers["Location"]).json())["confirmation"] is None:
        assert time.monotonic() < deadline, f"order {order['id']} is not confirmed after {PATIENCE} s"
        time.sleep(0.5)
    assert product["name"] in order["confirmation"]


def test_refusals_come_from_the_api(product):
    assert call("POST", "/api/orders", json={"email": "x"}).json()["error"]["status"] == 422
    assert call("GET", "/api/orders/0").status_code == 404
    assert call("GET", "/nothing").status_code == 404
