"""The API in this process, on a real PostgreSQL and a real Redis that DATABASE_URL and REDIS_URL name."""

import psycopg
import pytest
from redis import Redis

from shop.app import create_app
from shop.migrate import migrate
from shop.settings import Settings


@pytest.fixture(scope="session")
def settings():
    found = Settings.from_environment()
    migrate(found.database_url)
    with psycopg.connect(found.database_url) as connection:
        products = connection.execute("SELECT count(*) FROM products").fetchone()[0]
        assert products == 0, "this database holds data; the tests would delete it"
    return found


@pytest.fixture()
def tables(settings):
    """A connection, with one product that has the id 1; everything is deleted afterwards."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO products (name, price_cents, stock) VALUES ('Mug', 1200, 5)")
        yield connection
        connection.execute("TRUNCATE products, orders, confirmations, cleanups RESTART IDENTITY CASCADE")


@pytest.fixture()
def redis(settings):
    connection = Redis.from_url(settings.redis_url)
    yield connection
    connection.flushdb()


@pytest.fixture()
def client(settings, tables, redis):
    app = create_app(settings)
    yield app.test_client()
    app.extensions["database"].close()
