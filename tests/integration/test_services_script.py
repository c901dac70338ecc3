"""`make services` itself, in a folder of its own beside the servers this run uses."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis as RedisClient

from scripts.services.__main__ import Installation
from scripts.services.redis import Redis
from tests.support.database import REPOSITORY
from tests.support.servers import wait_for

pytestmark = pytest.mark.services
DAEMON = "redis"


class Script:
    """The script as `make` calls it, with `SERVICES_DIR` in the test's own folder."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scripts.services", *arguments],
            cwd=REPOSITORY,
            env=os.environ | {"SERVICES_DIR": str(self.home), "HOME": "/nowhere", "LC_ALL": "", "LANG": ""},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def settings(self) -> dict[str, str]:
        lines = (self.home / "services.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def redis(self) -> Redis:
        server = Installation.load(self.home).server(Redis)
        assert isinstance(server, Redis)
        return server

    def pid(self) -> int:
        pid = self.redis().pid()
        assert pid is not None
        return pid


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Script]:
    made = Script(tmp_path / "home")
    yield made
    made("remove")


def test_it_starts_says_where_and_does_nothing_the_second_time(script: Script) -> None:
    first = script("start", DAEMON)
    assert first.returncode == 0, first.stderr
    assert "redis answers on 127.0.0.1:" in first.stderr
    settings = script.settings()
    assert set(settings) == {"CELERY_BROKER_URL", "CACHE_URL"}
    assert RedisClient.from_url(settings["CELERY_BROKER_URL"]).ping()

    pid, written = script.pid(), (script.home / "services.env").stat().st_mtime_ns
    second = script("start", DAEMON)
    assert second.returncode == 0
    assert "redis answers" not in second.stderr
    assert script.pid() == pid
    assert (script.home / "services.env").stat().st_mtime_ns == written


def test_addresses_with_passwords_are_for_the_caller_only_and_root_runs_nothing(script: Script) -> None:
    script("start", DAEMON)
    for name in ("services.env", "services.json"):
        assert stat.S_IMODE((script.home / name).stat().st_mode) == 0o600
    password = script.redis().password
    command = Path(f"/proc/{script.pid()}/cmdline").read_text()
    assert password and password not in command
    assert Path(f"/proc/{script.pid()}").stat().st_uid != 0
    with pytest.raises(Exception, match="uthenticat"):
        RedisClient(port=script.redis().port).ping()


def test_what_died_is_started_again_where_it_was_with_what_it_held(script: Script) -> None:
    script("start", DAEMON)
    address = script.settings()["CELERY_BROKER_URL"]
    RedisClient.from_url(address).set("queued", "work")
    dead = script.pid()
    os.kill(dead, signal.SIGKILL)
    wait_for(lambda: script.redis().pid() is None, "the process is gone")
    assert script("status", DAEMON).returncode == 1

    assert script("start", DAEMON).returncode == 0
    assert script("status", DAEMON).returncode == 0
    assert script.settings()["CELERY_BROKER_URL"] == address
    assert RedisClient.from_url(address).get("queued") == b"work"
    assert script.pid() != dead


@pytest.mark.parametrize("left", ["", "no number", "{own}"])
def test_a_pid_file_left_behind_deceives_nobody(script: Script, left: str) -> None:
    """After a crash the number may be nonsense, or another process's by now: that one must not be touched."""
    script("start", DAEMON)
    os.kill(script.pid(), signal.SIGKILL)
    wait_for(lambda: script.redis().pid() is None, "the process is gone")
    script.redis().pid_file.write_text(left.format(own=os.getpid()))

    assert script("status", DAEMON).returncode == 1
    assert script("stop", DAEMON).returncode == 0
    assert script("start", DAEMON).returncode == 0
    assert script.redis().answers()


def test_somebody_elses_port_is_left_to_them(script: Script) -> None:
    script("start", DAEMON)
    port = script.redis().port
    script("stop", DAEMON)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert script("start", DAEMON).returncode == 0
        assert script.redis().port != port
        assert f":{script.redis().port}/" in script.settings()["CACHE_URL"]


def test_stopping_and_removing(script: Script) -> None:
    script("start", DAEMON)
    folder = script.redis().folder
    assert "redis stopped" in script("stop").stderr
    assert "redis was not running" in script("stop").stderr
    assert folder.exists()

    script("start", DAEMON)
    assert script("remove").returncode == 0
    assert not folder.exists()
    assert not (script.home / "services.env").exists()


def test_postgresql_has_a_role_that_may_make_databases_and_nothing_more(script: Script) -> None:
    import psycopg

    assert script("start", "postgresql").returncode == 0
    address = script.settings()["DATABASE_URL"].replace("postgres://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute("CREATE DATABASE another")
        row = link.execute(
            "SELECT r.rolsuper, r.rolcreatedb, pg_encoding_to_char(d.encoding), d.datcollate"
            " FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()"
        ).fetchone()
    assert row == (False, True, "UTF8", "C.UTF-8")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address, password="wrong").close()


def test_an_unknown_server_is_named(script: Script) -> None:
    done = script("start", "mongodb")
    assert done.returncode == 2
    assert "unknown server: mongodb" in done.stderr
