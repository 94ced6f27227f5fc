import threading

import pytest


def booking(space, starts="2030-05-01T08:00:00+00:00", ends="2030-05-01T10:00:00+00:00"):
    return {"space_id": space, "plate": "HH-AB 123", "starts_at": starts, "ends_at": ends}


def test_a_booking_lives_from_creation_to_deletion(client, space):
    created = client.post("/bookings", json=booking(space))
    assert created.status_code == 201
    where = created.headers["Location"]
    assert client.get(where).get_json()["plate"] == "HH-AB 123"
    moved = client.patch(where, json={"ends_at": "2030-05-01T12:00:00+02:00"})
    assert moved.status_code == 200
    assert moved.get_json()["ends_at"] == "2030-05-01T10:00:00+00:00"
    assert len(client.get(f"/bookings?space_id={space}").get_json()["bookings"]) == 1
    assert client.delete(where).status_code == 204
    assert client.get(f"/bookings?space_id={space}").get_json()["bookings"] == []


def test_overlapping_bookings_of_a_space_are_refused(client, space):
    client.post("/bookings", json=booking(space))
    answer = client.post("/bookings", json=booking(space, "2030-05-01T09:59:59+00:00"))
    assert answer.status_code == 409
    assert "booked" in answer.get_json()["error"]["message"]


def test_one_may_begin_when_the_other_ends(client, space):
    client.post("/bookings", json=booking(space))
    after = booking(space, "2030-05-01T10:00:00+00:00", "2030-05-01T11:00:00+00:00")
    assert client.post("/bookings", json=after).status_code == 201


def test_of_two_at_the_same_time_one_wins(client, space):
    codes = []
    threads = [
        threading.Thread(
            target=lambda: codes.append(client.application.test_client().post("/bookings", json=booking(space)).status_code)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"ends_at": "2030-05-01T08:00:00+00:00"}, 422),
        ({"ends_at": "2030-07-01T08:00:00+00:00"}, 422),
        ({"starts_at": "2030-05-01T08:00:00"}, 422),
        ({"starts_at": "tomorrow"}, 422),
        ({"starts_at": 8}, 422),
        ({"plate": "?"}, 422),
        ({"space_id": 999}, 409),
    ],
)
def test_what_is_not_valid_is_refused(client, space, change, status):
    assert client.post("/bookings", json={**booking(space), **change}).status_code == status


def test_a_space_with_bookings_is_not_deleted(client, space):
    client.post("/bookings", json=booking(space))
    assert client.delete(f"/spaces/{space}").status_code == 409


def test_spaces_know_their_kinds_and_labels(client, space):
    lot = client.get(f"/spaces/{space}").get_json()["lot_id"]
    assert client.post("/spaces", json={"lot_id": lot, "label": "A-1"}).status_code == 409
    assert client.post("/spaces", json={"lot_id": lot, "label": "A-2", "kind": "boat"}).status_code == 422
    assert client.post("/spaces", json={"lot_id": 999, "label": "A-2"}).status_code == 409
    assert client.post("/spaces", json={"lot_id": lot, "label": "A-2", "kind": "charging"}).status_code == 201
