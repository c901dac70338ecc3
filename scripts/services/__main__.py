"""`python -m scripts.services start|stop|status|remove [server…]`.

What is decided once (ports, passwords, folder) is kept in `var/services.json`; `var/services.env` is written from it.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.services.elasticsearch import Elasticsearch
from scripts.services.postgresql import PostgreSQL
from scripts.services.redis import Redis
from scripts.services.server import Server
from scripts.services.system import (
    Account,
    ServicesError,
    ensure_packages,
    free_port,
    port_is_free,
    say,
    service_account,
)

ROOT = Path(__file__).resolve().parents[2]
KINDS: tuple[type[Server], ...] = (PostgreSQL, Redis, Elasticsearch)


@dataclass
class Installation:
    """The servers of one clone: `home` holds what the caller reads, `folder` what the servers' account writes."""

    home: Path
    account: Account
    state: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, home: Path) -> Installation:
        home.mkdir(parents=True, exist_ok=True)
        account = service_account()
        found = cls(home, account)
        if found._state_file.exists():
            try:
                found.state = json.loads(found._state_file.read_text())
            except ValueError as error:
                raise ServicesError(
                    f"{found._state_file} is not readable JSON; remove it to start anew."
                ) from error
        found.state.setdefault("ports", {})
        found.state.setdefault("passwords", {})
        found.state.setdefault("folder", str(found._choose_folder()))
        return found

    @property
    def folder(self) -> Path:
        return Path(self.state["folder"])

    @property
    def _state_file(self) -> Path:
        return self.home / "services.json"

    @property
    def environment_file(self) -> Path:
        return self.home / "services.env"

    def _choose_folder(self) -> Path:
        """Beside the file of addresses, unless the servers' account cannot get there (a clone in /root)."""
        if self.account.can_enter(self.home):
            return self.home / "services"
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:10]
        return Path("/var/lib") / f"yanlu-services-{digest}"

    def server(self, kind: type[Server]) -> Server:
        """The server with its remembered port and password; both are chosen the first time."""
        ports, passwords = self.state["ports"], self.state["passwords"]
        port = ports.setdefault(kind.name, 0) or free_port(kind.preferred_port, set(ports.values()))
        ports[kind.name] = port
        password = passwords.setdefault(kind.name, secrets.token_hex(16))
        return kind(self.folder, self.account, port=port, password=password, cache=self.home / "cache")

    def server_to_start(self, kind: type[Server]) -> Server:
        """As `server`, with another port when somebody else took ours while it was down."""
        server = self.server(kind)
        if server.pid() is None and not port_is_free(server.port):
            self.state["ports"][kind.name] = 0
            server = self.server(kind)
        return server

    def save(self) -> None:
        """Write state and addresses, readable for the caller only."""
        _write_private(self._state_file, json.dumps(self.state, indent=2) + "\n")
        settings: dict[str, str] = {}
        for kind in KINDS:
            if kind.name in self.state["ports"]:
                settings |= self.server(kind).settings()
        lines = [f"{name}={value}\n" for name, value in settings.items()]
        _write_private(self.environment_file, "".join(lines))


def _write_private(path: Path, text: str) -> None:
    """Replace in one step, so that a reader never sees half a file; untouched when nothing changed."""
    if path.exists() and path.read_text() == text:
        return
    aside = path.with_suffix(path.suffix + ".new")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    aside.write_text(text)
    aside.replace(path)


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Two calls at once would both start the same server."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "services.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(installation: Installation, kinds: list[type[Server]]) -> int:
    missing = [name for kind in kinds for name in installation.server(kind).missing_packages()]
    ensure_packages(missing, why="make services")
    installation.account.take(installation.folder)
    for kind in kinds:
        began = time.monotonic()
        server = installation.server_to_start(kind)
        # Before the start: an interrupted one must find its port and password again.
        installation.save()
        if server.start():
            say(f"{server.name} answers on 127.0.0.1:{server.port} ({time.monotonic() - began:.1f} s)")
    installation.save()
    say(f"Addresses: {installation.environment_file}   (set -a; . {installation.environment_file}; make run)")
    return 0


def stop(installation: Installation, kinds: list[type[Server]]) -> int:
    for kind in reversed(kinds):
        if kind.name in installation.state["ports"]:
            server = installation.server(kind)
            say(f"{server.name} {'stopped' if server.stop() else 'was not running'}")
    return 0


def status(installation: Installation, kinds: list[type[Server]]) -> int:
    """0 when every server answers, else 1."""
    down = 0
    for kind in kinds:
        server = installation.server(kind) if kind.name in installation.state["ports"] else None
        pid = server.pid() if server else None
        answers = bool(pid and server and server.answers())
        down += not answers
        where = f"127.0.0.1:{server.port}, process {pid}" if server and pid else "not running"
        print(f"{kind.name:<14} {'answers' if answers else 'DOWN   '}  {where}")
    return min(down, 1)


def remove(installation: Installation, kinds: list[type[Server]]) -> int:
    """Stop the servers and delete what they stored; the downloaded distribution stays."""
    stop(installation, kinds)
    for kind in kinds:
        if kind.name in installation.state["ports"]:
            shutil.rmtree(installation.server(kind).folder, ignore_errors=True)
            installation.state["ports"].pop(kind.name)
            installation.state["passwords"].pop(kind.name, None)
    installation.save()
    if not installation.state["ports"]:
        shutil.rmtree(installation.folder, ignore_errors=True)
        for path in (installation._state_file, installation.environment_file):
            path.unlink(missing_ok=True)
    return 0


def main(arguments: list[str] | None = None) -> int:
    commands = {"start": start, "stop": stop, "status": status, "remove": remove}
    parser = argparse.ArgumentParser(prog="python -m scripts.services")
    parser.add_argument("command", choices=commands)
    parser.add_argument("servers", nargs="*", metavar="server", help=", ".join(kind.name for kind in KINDS))
    options = parser.parse_args(arguments)
    names = {kind.name: kind for kind in KINDS}
    if unknown := set(options.servers) - set(names):
        parser.error(f"unknown server: {', '.join(sorted(unknown))}")
    kinds = [names[name] for name in options.servers] or list(KINDS)
    home = Path(os.environ.get("SERVICES_DIR") or ROOT / "var").resolve()
    try:
        with one_at_a_time(home):
            return commands[options.command](Installation.load(home), kinds)
    except ServicesError as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
