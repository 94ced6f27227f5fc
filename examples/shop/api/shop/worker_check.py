"""Whether the worker of this pod takes jobs, for its probes: `python3 -m shop.worker_check` has exit code 0 if it does."""

import socket
import sys

from redis import Redis
from rq import Worker

from .settings import Settings


def takes_jobs(redis: Redis) -> bool:
    """A worker is in the registry of RQ, with the name of its pod, from its first look at the queue to its end."""
    return any(worker.hostname == socket.gethostname() for worker in Worker.all(connection=redis))


if __name__ == "__main__":
    sys.exit(not takes_jobs(Redis.from_url(Settings.from_environment().redis_url)))
