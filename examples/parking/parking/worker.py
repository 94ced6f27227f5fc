"""A gunicorn worker that leaves politely."""

import threading

from gunicorn.workers.gthread import ThreadWorker

#: Seconds between SIGTERM and the end of the listening.
DRAIN = 2


class DrainingWorker(ThreadWorker):
    """
    After SIGTERM the ordinary threaded worker drops connections that are kept alive, and with them a request that a
    proxy is just sending. This one goes on answering for a moment, each answer with `Connection: close`, so that
    proxies take their next request elsewhere.
    """

    def handle_exit(self, sig, frame):
        self.max_keepalived = 0
        timer = threading.Timer(DRAIN, super().handle_exit, (sig, frame))
        timer.daemon = True
        timer.start()
