"""How the API is served. WEB_CONCURRENCY sets the number of processes."""

import os

bind = "0.0.0.0:8080"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
worker_class = "gthread"
threads = 4
# Longer than a proxy keeps an idle connection, so that the side that sends requests is the one that closes.
keepalive = 75
# No answer takes longer. A connection over which a proxy has not sent anything yet would hold up the end until then.
graceful_timeout = 5
timeout = 30
# The heartbeat of the workers must not wait for a disk.
worker_tmp_dir = "/dev/shm"
accesslog = None
errorlog = "-"
