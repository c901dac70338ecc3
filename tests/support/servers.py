"""Servers and processes of a test's own, to be killed at will: a Redis, a Celery worker, its clock."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection
from kombu import pools

from portal.celery import app
from tests.support.database import REPOSITORY

#: Long enough for a worker to start on a busy machine; nothing waits that long when all is well.
PATIENCE_SECONDS = 60
TICK_SECONDS = 0.05
FAST_REFUSAL = {"socket_connect_timeout": 1}


def wait_for(condition: Callable[[], Any], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as `condition` holds. Raises AssertionError naming `what` when it does not."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        time.sleep(TICK_SECONDS)


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with everything it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class RedisServer:
    """A Redis on a port of its own. What it held is gone when it is killed, as on a machine that lost power."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed: make services"
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(
            [program, *options, "--daemonize", "no"], stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(self._answers, "Redis answers")

    def kill(self) -> None:
        if self.process is not None:
            end_group(self.process)
            self.process = None

    def client(self) -> Any:
        from redis import Redis

        return Redis.from_url(self.url)

    def queued(self) -> int:
        """Tasks nobody has taken yet."""
        return int(self.client().llen("celery"))

    def taken(self) -> int:
        """Tasks a worker has taken and not finished."""
        return int(self.client().hlen("unacked"))

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def database_url() -> str:
    """Address of the database of this test session, for another process."""
    server = connection.settings_dict
    login = f"{quote(server['USER'])}:{quote(server['PASSWORD'])}"
    return f"postgres://{login}@{server['HOST']}:{server['PORT']}/{server['NAME']}"


class Celery:
    """A worker or its clock as `make run` starts it, on the test database, with a data folder of its own."""

    def __init__(self, data: Path, broker: str, **environment: str) -> None:
        self.data = data
        self.log = data / "celery.log"
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "site"), str(REPOSITORY)]),
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": broker,
            "CACHE_URL": "locmemcache://",
            "ELASTICSEARCH_URL": "",
            "YANLU_DATA": str(data),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "portal", *arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def start_worker(self) -> None:
        self.start("worker", "--pool", "solo", "--loglevel", "INFO", "--without-gossip", "--without-mingle")

    def start_clock(self) -> None:
        self.start("beat", "--loglevel", "INFO", "--pidfile", "")

    def kill(self) -> None:
        """As by `kill -9`: no goodbye to the queue."""
        if self.process is not None:
            end_group(self.process)
            self.process = None

    def said(self, text: str) -> bool:
        return text in self.log.read_text(errors="replace")


@contextlib.contextmanager
def publishing_to(broker: str, monkeypatch: Any) -> Iterator[None]:
    """Within, tasks of this process go to `broker` instead of running at once."""
    changed = {
        "task_always_eager": False,
        "broker_url": broker,
        "broker_transport_options": dict(FAST_REFUSAL),
    }
    before = {name: app.conf[name] for name in changed}
    monkeypatch.setenv("CELERY_BROKER_URL", broker)
    app.conf.update(changed)
    _forget_connections()
    try:
        yield
    finally:
        app.conf.update(before)
        _forget_connections()


def _forget_connections() -> None:
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None
