"""The confirmation of an order: the API enqueues it, the worker writes it."""

from collections.abc import Iterable

import psycopg
from redis import Redis
from rq import Queue, Retry

from .settings import Settings

#: Name of the queue in Redis.
QUEUE = "confirmations"
#: Seconds: a Redis that does not answer must not hold up a customer.
TIMEOUT = 2


def enqueue(redis_url: str, orders: Iterable[int]) -> None:
    connection = Redis.from_url(redis_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
    queue = Queue(QUEUE, connection=connection)
    for order in orders:
        queue.enqueue(confirm, order, retry=Retry(max=3), result_ttl=0)


def confirm(order: int) -> None:
    """Confirms an order once, however often it is enqueued. Runs in the worker."""
    with psycopg.connect(Settings.from_environment().database_url) as connection:
        lines = connection.execute(
            "SELECT name, quantity, order_items.price_cents FROM order_items JOIN products ON product_id = products.id"
            " WHERE order_id = %s ORDER BY name",
            [order],
        ).fetchall()
        # An order that was deleted meanwhile has no items: there is nothing to confirm.
        if lines:
            connection.execute(
                "INSERT INTO confirmations (order_id, body) VALUES (%s, %s) ON CONFLICT DO NOTHING", [order, text(lines)]
            )


def text(lines: list[tuple[str, int, int]]) -> str:
    """@param lines name, quantity, price of one in cents"""
    total = sum(quantity * cents for _, quantity, cents in lines)
    return "\n".join([*(f"{quantity} × {name}" for name, quantity, _ in lines), f"Total: {total / 100:.2f}"])
