"""What the service reads from its environment, in one place."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    database_url: str
    #: Connections per process.
    pool_size: int = 4
    #: Seconds for which a request waits for a connection.
    database_timeout: int = 3
    #: memcached://host:port, or empty: the service works without a cache.
    cache_url: str = ""
    version: str = "dev"
    commit: str = ""

    @staticmethod
    def from_environment() -> "Settings":
        url = os.environ.get("DATABASE_URL", "")
        if not url:
            raise SystemExit("DATABASE_URL is not set; expected postgresql://user:password@host:5432/name")
        return Settings(
            database_url=url,
            pool_size=int(os.environ.get("DATABASE_POOL_SIZE", "4")),
            database_timeout=int(os.environ.get("DATABASE_TIMEOUT", "3")),
            cache_url=os.environ.get("CACHE_URL", ""),
            version=os.environ.get("APP_VERSION") or "dev",
            commit=os.environ.get("APP_COMMIT", ""),
        )
