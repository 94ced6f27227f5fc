"""Applies db/migrations/*.sql in the order of their names, each once: `python3 -m shop.migrate`."""

import time
from pathlib import Path

import psycopg

from .settings import required

MIGRATIONS = Path(__file__).resolve().parent.parent / "db" / "migrations"
#: Any constant: the name of this lock among the advisory locks of the database.
LOCK = 5309
#: Seconds to wait for a database that is just starting.
PATIENCE = 30


def migrate(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Applies what is missing, all or nothing; returns the names of what it applied."""
    with connect(url) as connection:
        # Of two runs at the same time, one works and the other waits until the first has committed.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY)")
        known = {name for (name,) in connection.execute("SELECT name FROM schema_migrations")}
        missing = [file for file in sorted(folder.glob("*.sql")) if file.name not in known]
        for file in missing:
            connection.execute(file.read_text("utf-8"))
            connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [file.name])
        return [file.name for file in missing]


def connect(url: str) -> psycopg.Connection:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(url, connect_timeout=3)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"no connection to the database in {PATIENCE} s: {error}") from error
            time.sleep(0.5)


if __name__ == "__main__":
    applied = migrate(required("DATABASE_URL", "postgresql://user:password@host:5432/name"))
    print(f"applied {', '.join(applied)}" if applied else "nothing to do: the database is up to date")
