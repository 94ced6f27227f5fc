"""A small connection pool: waits for a free connection, and gives no dead one out."""

import threading
from contextlib import contextmanager
from typing import Any, Iterator, Sequence

import psycopg2
from flask import current_app
from psycopg2.extras import RealDictCursor


class DatabaseUnavailable(Exception):
    """No connection could be had."""


class Database:
    def __init__(self, url: str, size: int, timeout: int):
        """`timeout`: seconds for a connection, a free one or a new one, before the request is refused."""
        self._url = url
        self._timeout = timeout
        self._free = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Any] = []

    @contextmanager
    def transaction(self) -> Iterator[RealDictCursor]:
        """A cursor in a transaction: committed at the end, rolled back when the block raises."""
        if not self._free.acquire(timeout=self._timeout):
            raise DatabaseUnavailable("all database connections are in use")
        try:
            connection = self._take()
            try:
                with connection, connection.cursor() as cursor:
                    yield cursor
            finally:
                self._give_back(connection)
        finally:
            self._free.release()

    def all(self, query: Any, values: Sequence[Any] | dict = ()) -> list[dict]:
        with self.transaction() as cursor:
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()]

    def one(self, query: Any, values: Sequence[Any] | dict = ()) -> dict | None:
        return next(iter(self.all(query, values)), None)

    def close(self) -> None:
        """Closes the connections that are not in use."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def _take(self) -> Any:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is not None:
            if self._answers(connection):
                return connection
            connection.close()
        try:
            return psycopg2.connect(self._url, connect_timeout=self._timeout, cursor_factory=RealDictCursor)
        except psycopg2.OperationalError as error:
            raise DatabaseUnavailable(str(error).strip()) from error

    @staticmethod
    def _answers(connection: Any) -> bool:
        """False for a connection that the server closed while it was idle (a restart, a failover)."""
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return True
        except psycopg2.Error:
            return False

    def _give_back(self, connection: Any) -> None:
        if connection.closed:
            return
        with self._lock:
            self._idle.append(connection)


def database() -> Database:
    return current_app.extensions["database"]
