"""Works through the queue of confirmations: `python3 -m shop.worker`. SIGTERM ends it after the job that it is at."""

from redis import Redis
from rq import Worker

from .confirmations import QUEUE
from .settings import Settings

if __name__ == "__main__":
    Worker([QUEUE], connection=Redis.from_url(Settings.from_environment().redis_url)).work()
