"""The connections of one process to PostgreSQL."""

from contextlib import contextmanager
from typing import Any, Iterator, Sequence

from flask import current_app
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool


class Database:
    def __init__(self, url: str, size: int, timeout: float):
        """`timeout`: seconds that a request waits for a connection."""
        rows = {"row_factory": dict_row}
        self._pool = ConnectionPool(url, min_size=1, max_size=size, timeout=timeout, open=False, kwargs=rows)

    @contextmanager
    def transaction(self) -> Iterator[Connection[dict]]:
        """A connection in a transaction: committed at the end, rolled back when the block raises."""
        self._pool.open()
        with self._pool.connection() as connection:
            yield connection

    def all(self, query: str, values: Sequence[Any] = ()) -> list[dict]:
        with self.transaction() as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, values: Sequence[Any] = ()) -> dict | None:
        return next(iter(self.all(query, values)), None)

    def close(self) -> None:
        self._pool.close()


def database() -> Database:
    return current_app.extensions["database"]
