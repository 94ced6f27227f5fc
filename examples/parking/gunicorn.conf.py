"""How the service is served. WEB_CONCURRENCY sets the number of processes."""

import os

bind = "0.0.0.0:8080"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "parking.worker.DrainingWorker"
threads = 4
# Loaded once, before the processes part: a start takes half the work. Nothing is connected to before the first request.
preload_app = True
# Longer than a load balancer keeps an idle connection: the side that sends the requests closes first, so that no
# request meets a connection that is being closed.
keepalive = 75
# After SIGTERM the workers drain (parking/worker.py); requests that are under way are answered, then all end.
graceful_timeout = 25
timeout = 30
# The heartbeat of the workers must not wait for a disk.
worker_tmp_dir = "/dev/shm"
accesslog = None
errorlog = "-"
