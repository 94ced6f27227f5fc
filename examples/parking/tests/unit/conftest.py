"""The application in this process, on a real PostgreSQL that DATABASE_URL names."""

import os

import psycopg2
import pytest

from parking import create_app
from parking.migrate import migrate
from parking.settings import Settings


@pytest.fixture(scope="session")
def url():
    value = os.environ.get("DATABASE_URL")
    assert value, "DATABASE_URL must name an empty PostgreSQL database"
    migrate(value)
    with psycopg2.connect(value) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lots")
        assert cursor.fetchone()[0] == 0, "this database holds data; the tests would delete it"
    return value


@pytest.fixture(scope="session")
def tables(url):
    """A connection that stays: signing in takes longer than most tests."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture()
def client(url, tables):
    """A client of the application; the tables are emptied afterwards."""
    app = create_app(Settings(database_url=url, pool_size=2, version="1.2.3", commit="0123456789abcdef"))
    yield app.test_client()
    app.extensions["database"].close()
    with tables.cursor() as cursor:
        cursor.execute("TRUNCATE lots, spaces, bookings RESTART IDENTITY")


@pytest.fixture()
def space(client):
    """The id of a space in a lot."""
    lot = client.post("/lots", json={"name": "Harbour", "address": "1 Quay Street"}).get_json()["id"]
    return client.post("/spaces", json={"lot_id": lot, "label": "A-1"}).get_json()["id"]
