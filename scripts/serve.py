#!/usr/bin/env python
"""`make run`: prepares the data folder, then keeps the web server and the worker alive until ctrl-C.

The worker is restarted when it crashes; nothing is lost in between, because what it has to do is kept as rows.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 60
STOP_SECONDS = 15
LONGEST_PAUSE_SECONDS = 30
LONG_ENOUGH_SECONDS = 60
TICK_SECONDS = 0.3
ROLES = ("drafter", "head", "office", "legality", "secrecy", "moderator", "admin")

for source in (ROOT, ROOT / "site", ROOT / "scripts"):
    sys.path.insert(0, str(source))


@dataclass
class Child:
    """One process in a session of its own, so that ctrl-C reaches it only through us."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = field(default=0.0)
    asked: bool = False

    def start(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)])}
        self.process = subprocess.Popen(  # noqa: S603
            self.command, cwd=ROOT, env=environment, start_new_session=True, stdin=subprocess.DEVNULL
        )
        self.started, self.asked = time.monotonic(), False

    def keep_alive(self) -> None:
        """Start again after a crash, with longer pauses the more often it crashes at once."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._end_group()
        self.failures = 0 if now - self.started > LONG_ENOUGH_SECONDS else self.failures + 1
        pause = min(2**self.failures - 1, LONGEST_PAUSE_SECONDS)
        print(f"The {self.name} stopped (exit code {code}); starting it again in {pause} s.", file=sys.stderr)
        self.process, self.not_before = None, now + pause

    def ask_to_stop(self) -> None:
        """Ask once: a second request would make the worker drop what it has in hand."""
        if self.process is not None and self.process.poll() is None and not self.asked:
            self.process.terminate()
            self.asked = True

    def stop(self) -> None:
        """Ask politely, then insist; the children of the child go with it."""
        if self.process is None:
            return
        self.ask_to_stop()
        if self.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """What a killed process leaves behind (the worker's clock) must not run beside its successor."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def refuse_taken_port(host: str, port: int) -> None:
    """Leave with a message when something else listens there: before minutes are spent on preparing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(
                f"Cannot listen on {host}:{port} ({error.strerror}).\n"
                f"端口 {port} 已被占用或不可用。Choose another one: make run PORT={port + 1}"
            )


def prepare() -> None:
    """Compile messages, migrate, load the demo. Each step leaves alone what is there already."""
    import django
    from compile_messages import compile_messages
    from django.conf import settings
    from django.core.management import call_command

    compile_messages()
    django.setup()
    print("Preparing the database…", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    if settings.DEBUG:
        from portal.home.services import point_site_at

        point_site_at(os.environ["BASE_URL"])
        call_command("load_demo")
    from django.db import connections

    connections.close_all()


def children(host: str, port: int) -> list[Child]:
    """The web server (one process, so that limits kept in its memory hold) and the worker with its clock."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "portal.wsgi",
        "--bind",
        address,
        "--workers",
        "1",
        "--threads",
        "8",
    ]
    web += [
        "--reload",
        "--no-control-socket",
        "--timeout",
        "120",
        "--graceful-timeout",
        "5",
        "--log-level",
        "error",
    ]
    worker = [
        sys.executable,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--quiet",
        "-A",
        "portal",
    ]
    worker += ["worker", "--beat", "--pool", "solo"]
    worker += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return [Child("web server", web), Child("worker", worker)]


def wait_until_ready(url: str, server: Child) -> bool:
    """True when `url` answers 200 before the time is up and before the server dies."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if server.process is not None and server.process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
                if response.status == 200:
                    return True
        except (urllib.error.URLError, OSError):
            time.sleep(TICK_SECONDS)
    return False


def announce(base: str, seconds: float) -> None:
    """Address and demo accounts, in both languages of the site."""
    from django.conf import settings

    line = "─" * 62
    print(f"\n{line}\n  言路 Yanlu  {base}/    (ready in {seconds:.0f} s)")
    print(f"  Staff / 工作人员  {base}/admin/")
    if settings.DEBUG:
        print(f"  Accounts / 演示账号  {', '.join(ROLES)}\n  Password / 密码  yanlu-demo")
    print(f"  ctrl-C stops everything\n{line}", flush=True)


def supervise(processes: list[Child]) -> None:
    """Keep every process alive until a signal arrives."""
    while True:
        for child in processes:
            child.keep_alive()
        time.sleep(TICK_SECONDS)


def stop_all(processes: list[Child]) -> None:
    """End every process. All are asked before one is waited for: the worker may have seconds of work in hand."""
    for child in processes:
        child.ask_to_stop()
    for child in processes:
        child.stop()


def stop_on_signal(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    began = time.monotonic()
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    refuse_taken_port(host, port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    os.environ.setdefault("BASE_URL", f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}")  # noqa: S104
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on_signal)
    processes: list[Child] = []
    try:
        prepare()
        processes = children(host, port)
        for child in processes:
            child.start()
        base = os.environ["BASE_URL"]
        if not wait_until_ready(f"{base}/healthz", processes[0]):
            print("The web server did not start; its messages are above.", file=sys.stderr)
            return 1
        announce(base, time.monotonic() - began)
        supervise(processes)
    except KeyboardInterrupt:
        print("\nStopping…", flush=True)
    finally:
        stop_all(processes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
