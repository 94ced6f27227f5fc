"""Applies db/migrations/*.sql in the order of their names, each once: `python3 -m parking.migrate`.

Safe to run several times and at the same time: an advisory lock lets one run work while the others wait.
"""

import hashlib
import sys
import time
from pathlib import Path

import psycopg2

from .settings import Settings

MIGRATIONS = Path(__file__).resolve().parent.parent / "db" / "migrations"
#: Any constant: the name of this lock among the advisory locks of the database.
LOCK = 7263
#: Seconds to wait for a database that is just starting.
PATIENCE = 30


def migrate(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Applies what is missing; returns the names of what it applied."""
    connection = connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations"
                " (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
        return [file.name for file in sorted(folder.glob("*.sql")) if apply(connection, file)]
    finally:
        connection.close()  # and with it the lock


def apply(connection, file: Path) -> bool:
    """One migration in one transaction. False when it was applied before."""
    script = file.read_text("utf-8")
    sha256 = hashlib.sha256(script.encode()).hexdigest()
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT sha256 FROM schema_migrations WHERE name = %s", [file.name])
        known = cursor.fetchone()
        if known:
            if known[0] != sha256:
                raise SystemExit(f"{file.name} was changed after it was applied; write a new migration instead")
            return False
        cursor.execute(script)
        cursor.execute("INSERT INTO schema_migrations (name, sha256) VALUES (%s, %s)", [file.name, sha256])
        return True


def connect(url: str):
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg2.connect(url, connect_timeout=3)
        except psycopg2.OperationalError as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"no connection to the database in {PATIENCE} s: {error}") from error
            time.sleep(0.5)


if __name__ == "__main__":
    applied = migrate(Settings.from_environment().database_url)
    print(f"applied {', '.join(applied)}" if applied else "nothing to do: the database is up to date")
    sys.exit(0)
