import pytest

HARBOUR = {"name": "Harbour", "address": "1 Quay Street", "cents_per_hour": 250}


def test_a_lot_lives_from_creation_to_deletion(client):
    created = client.post("/lots", json=HARBOUR)
    assert created.status_code == 201
    where = created.headers["Location"]
    assert client.get(where).get_json() == {"id": created.get_json()["id"], **HARBOUR}

    assert client.patch(where, json={"cents_per_hour": 300}).get_json()["cents_per_hour"] == 300
    assert client.put(where, json={"name": "Port", "address": "2 Quay Street"}).get_json()["name"] == "Port"

    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert client.delete(where).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"address": "x"}, "name"),
        ({**HARBOUR, "name": " "}, "name"),
        ({**HARBOUR, "name": "x" * 81}, "name"),
        ({**HARBOUR, "cents_per_hour": -1}, "cents_per_hour"),
        ({**HARBOUR, "cents_per_hour": "250"}, "cents_per_hour"),
        ({**HARBOUR, "cents_per_hour": True}, "cents_per_hour"),
        ({**HARBOUR, "colour": "red"}, "colour"),
    ],
)
def test_what_is_not_valid_is_refused_with_the_field(client, body, field):
    answer = client.post("/lots", json=body)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert client.get("/lots").get_json()["lots"] == []


def test_a_body_that_is_no_json_object_is_refused(client):
    assert client.post("/lots", data="name=Harbour").status_code == 415
    assert client.post("/lots", data="{", content_type="application/json").status_code == 400
    assert client.post("/lots", json=["Harbour"]).status_code == 400


def test_two_lots_cannot_share_a_name(client):
    client.post("/lots", json=HARBOUR)
    answer = client.post("/lots", json=HARBOUR)
    assert answer.status_code == 409
    assert "name" in answer.get_json()["error"]["message"]


def test_a_lot_with_spaces_is_not_deleted(client, space):
    lot = client.get(f"/spaces/{space}").get_json()["lot_id"]
    assert client.delete(f"/lots/{lot}").status_code == 409
    assert client.get(f"/lots/{lot}").status_code == 200


def test_lists_are_paged(client):
    for n in range(5):
        client.post("/lots", json={**HARBOUR, "name": f"Lot {n}"})
    first = client.get("/lots?limit=3").get_json()
    rest = client.get(f"/lots?limit=3&after={first['next']}").get_json()
    assert [lot["name"] for lot in first["lots"] + rest["lots"]] == [f"Lot {n}" for n in range(5)]
    assert rest["next"] is None
    assert client.get("/lots?limit=0").status_code == 422
    assert client.get("/lots?after=x").status_code == 422


def test_unknown_paths_methods_and_ids(client):
    assert client.get("/nothing").get_json()["error"]["status"] == 404
    assert client.delete("/lots").status_code == 405
    assert "GET" in client.delete("/lots").headers["Allow"]
    assert client.get("/lots/99999999999").status_code == 404
