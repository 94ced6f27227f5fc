"""What API, worker and nightly job read from their environment, in one place."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str
    #: Connections to the database per process.
    pool_size: int = 4
    #: Seconds that a request waits for one, before it is answered with 503.
    database_timeout: float = 3
    version: str = "dev"

    @staticmethod
    def from_environment() -> "Settings":
        return Settings(
            database_url=required("DATABASE_URL", "postgresql://user:password@host:5432/name"),
            redis_url=required("REDIS_URL", "redis://host:6379/0"),
            pool_size=int(os.environ.get("DATABASE_POOL_SIZE", "4")),
            version=os.environ.get("APP_VERSION") or "dev",
        )


def required(name: str, example: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} is not set; expected {example}")
    return value
