"""The way of an order through the queue: the worker that works here is the real one, in this process."""

from rq import SimpleWorker

from shop.cleanup import cleanup
from shop.confirmations import QUEUE
from shop.worker_check import takes_jobs

ORDER = {"email": "ann@example.com", "items": [{"product": 1, "quantity": 2}]}


def work(redis):
    assert SimpleWorker([QUEUE], connection=redis).work(burst=True)


def confirmations(tables):
    return tables.execute("SELECT order_id, body FROM confirmations ORDER BY order_id").fetchall()


def test_the_worker_confirms_an_order(client, redis):
    where = client.post("/api/orders", json=ORDER).headers["Location"]
    work(redis)
    assert client.get(where).get_json()["confirmation"] == "2 × Mug\nTotal: 24.00"


def test_a_worker_takes_jobs_from_its_birth_to_its_death(redis):
    worker = SimpleWorker([QUEUE], connection=redis)
    assert not takes_jobs(redis)
    worker.register_birth()
    assert takes_jobs(redis)
    worker.register_death()
    assert not takes_jobs(redis)


def test_the_nightly_job_deletes_what_is_old_and_enqueues_what_was_lost(client, settings, tables, redis):
    for _ in range(2):
        client.post("/api/orders", json=ORDER)
    redis.flushdb()
    tables.execute("UPDATE orders SET created_at = now() - interval '400 days' WHERE id = 1")
    tables.execute("UPDATE orders SET created_at = now() - interval '1 hour' WHERE id = 2")
    assert cleanup(settings) == (1, 1)
    work(redis)
    assert confirmations(tables) == [(2, "2 × Mug\nTotal: 24.00")]
    assert cleanup(settings) == (0, 0)
    assert client.get("/api/status").get_json()["cleanups"] == 2


def test_an_order_that_is_enqueued_twice_is_confirmed_once(client, settings, tables, redis):
    client.post("/api/orders", json=ORDER)
    tables.execute("UPDATE orders SET created_at = now() - interval '1 hour'")
    assert cleanup(settings) == (0, 1)
    work(redis)
    assert len(confirmations(tables)) == 1


def test_an_order_that_is_gone_is_not_confirmed(client, tables, redis):
    client.post("/api/orders", json=ORDER)
    tables.execute("TRUNCATE orders CASCADE")
    work(redis)
    assert confirmations(tables) == []
