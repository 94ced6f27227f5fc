"""The nightly job: `python3 -m shop.cleanup`. Deletes old orders, and enqueues the orders that nobody has confirmed."""

import psycopg

from .confirmations import enqueue
from .settings import Settings

#: Days for which an order is kept.
KEPT = 365


def cleanup(settings: Settings) -> tuple[int, int]:
    """How many orders it deleted, and how many it enqueued."""
    with psycopg.connect(settings.database_url) as connection:
        deleted = connection.execute(
            "DELETE FROM orders WHERE created_at < now() - make_interval(days => %s)", [KEPT]
        ).rowcount
        lost = connection.execute(
            "SELECT id FROM orders WHERE created_at < now() - interval '5 minutes'"
            " AND NOT EXISTS (SELECT FROM confirmations WHERE order_id = orders.id)"
        ).fetchall()
        enqueue(settings.redis_url, [order for (order,) in lost])
        connection.execute("INSERT INTO cleanups (deleted, enqueued) VALUES (%s, %s)", [deleted, len(lost)])
    return deleted, len(lost)


if __name__ == "__main__":
    deleted, enqueued = cleanup(Settings.from_environment())
    print(f"old orders deleted: {deleted}; orders enqueued that had no confirmation: {enqueued}")
