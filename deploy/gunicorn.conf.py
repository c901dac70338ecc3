"""Gunicorn in production: `gunicorn -c deploy/gunicorn.conf.py portal.wsgi` with PYTHONPATH=site:. (see docs/operations.md)."""

import logging
import os
from typing import Any

bind = os.environ.get("BIND", "127.0.0.1:8000")
# One process with threads is enough for SQLite; more processes want CACHE_URL and PostgreSQL.
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
threads = int(os.environ.get("WEB_THREADS") or 8)
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 2000
max_requests_jitter = 200
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# No addresses of readers and no query strings: what somebody searched for is nobody's business.
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(D)sus'
errorlog = "-"

# Reloading is by signal; a control socket in the home folder of the service is not wanted.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """The server's own logs are cleaned like the application's: no codes of receipts, no addresses of people."""
    from portal.logs import PrivateDataFilter

    for name in ("gunicorn.access", "gunicorn.error"):
        logging.getLogger(name).addFilter(PrivateDataFilter())
