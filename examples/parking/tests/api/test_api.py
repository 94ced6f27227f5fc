"""Black-box tests of a running service: BASE_URL says where. They add what they need and take it away again."""

import os
import uuid

import pytest
import requests

BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8080").rstrip("/")


def call(method, path, **options):
    return requests.request(method, BASE_URL + path, timeout=10, **options)


@pytest.fixture()
def lot():
    body = {"name": f"Test {uuid.uuid4().hex[:8]}", "address": "9 Test Road", "cents_per_hour": 100}
    answer = call("POST", "/lots", json=body)
    assert answer.status_code == 201, answer.text
    yield answer.json()
    assert call("DELETE", f"/lots/{answer.json()['id']}").status_code == 204


@pytest.fixture()
def space(lot):
    answer = call("POST", "/spaces", json={"lot_id": lot["id"], "label": "T-1"})
    assert answer.status_code == 201, answer.text
    yield answer.json()
    assert call("DELETE", f"/spaces/{answer.json()['id']}").status_code == 204


def test_it_is_healthy():
    answer = call("GET", "/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_it_tells_its_version():
    assert set(call("GET", "/version").json()) == {"version", "commit"}


def test_the_front_page_is_for_people(lot):
    answer = call("GET", "/")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert lot["name"] in answer.text


def test_a_lot_can_be_read_changed_and_found(lot):
    path = f"/lots/{lot['id']}"
    assert call("GET", path).json() == lot
    assert call("PATCH", path, json={"cents_per_hour": 120}).json()["cents_per_hour"] == 120
    found = call("GET", f"/lots?after={lot['id'] - 1}&limit=1").json()["lots"]
    assert [entry["id"] for entry in found] == [lot["id"]]


def test_a_space_is_booked_once(space):
    body = {
        "space_id": space["id"],
        "plate": "T 1",
        "starts_at": "2031-01-01T08:00:00+00:00",
        "ends_at": "2031-01-01T10:00:00+00:00",
    }
    first = call("POST", "/bookings", json=body)
    assert first.status_code == 201, first.text
    try:
        assert call("POST", "/bookings", json=body).status_code == 409
        later = {**body, "starts_at": "2031-01-01T09:00:00+00:00", "ends_at": "2031-01-01T11:00:00+00:00"}
        assert call("POST", "/bookings", json=later).status_code == 409
    finally:
        assert call("DELETE", f"/bookings/{first.json()['id']}").status_code == 204


def test_what_is_not_valid_is_refused(lot):
    assert call("POST", "/lots", json={"name": ""}).status_code == 422
    assert call("POST", "/lots", json={"name": lot["name"], "address": "x"}).status_code == 409
    assert call("POST", "/lots", data="x").status_code == 415
    assert call("GET", "/lots/0").status_code == 404
    assert call("DELETE", "/lots").status_code == 405
