from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from shop.migrate import migrate


@pytest.fixture()
def folder(settings, tmp_path):
    (tmp_path / "9001_table.sql").write_text("CREATE TABLE migrated (id integer)")
    yield tmp_path
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("DROP TABLE IF EXISTS migrated")
        connection.execute("DELETE FROM schema_migrations WHERE name LIKE '9%'")


def test_of_several_at_the_same_time_one_applies(settings, folder):
    with ThreadPoolExecutor(3) as pool:
        applied = list(pool.map(lambda _: migrate(settings.database_url, folder), range(3)))
    assert sorted(applied) == [[], [], ["9001_table.sql"]]


def test_one_that_fails_leaves_nothing_behind(settings, folder):
    (folder / "9002_broken.sql").write_text("SELECT no_such_column FROM migrated")
    with pytest.raises(psycopg.Error):
        migrate(settings.database_url, folder)
    with psycopg.connect(settings.database_url) as connection:
        assert connection.execute("SELECT to_regclass('migrated')").fetchone() == (None,)
