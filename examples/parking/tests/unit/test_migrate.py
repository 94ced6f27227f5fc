from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from parking.migrate import migrate


@pytest.fixture()
def folder(url, tmp_path):
    (tmp_path / "9001_table.sql").write_text("CREATE TABLE migrated (id integer); INSERT INTO migrated VALUES (1)")
    yield tmp_path
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS migrated; DELETE FROM schema_migrations WHERE name LIKE '9%'")


def test_each_is_applied_once(url, folder):
    assert migrate(url, folder) == ["9001_table.sql"]
    assert migrate(url, folder) == []


def test_two_at_the_same_time_do_it_once(url, folder):
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: migrate(url, folder), range(4)))
    assert sorted(applied) == [[], [], [], ["9001_table.sql"]]


def test_one_that_fails_leaves_nothing_behind(url, folder):
    (folder / "9002_broken.sql").write_text("INSERT INTO migrated VALUES (2); SELECT no_such_column FROM migrated")
    with pytest.raises(psycopg2.Error):
        migrate(url, folder)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM migrated")
        assert cursor.fetchone()[0] == 1


def test_one_that_was_changed_after_it_was_applied_is_refused(url, folder):
    migrate(url, folder)
    (folder / "9001_table.sql").write_text("SELECT 1")
    with pytest.raises(SystemExit, match="9001_table.sql was changed"):
        migrate(url, folder)
