"""The machine below the servers: packages, the account they run as, processes, ports."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "yanlu-services"
DEBIAN = Path("/etc/debian_version")
POLICY = Path("/usr/sbin/policy-rc.d")
APT_SECONDS = 900
COMMAND_SECONDS = 180
TICK_SECONDS = 0.1
# As little as possible of the caller's environment: HOME may be another user's, the locale may not exist.
PLAIN_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}


class ServicesError(Exception):
    """Something the person at the keyboard has to know; its text is the whole message."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Account:
    """Who the servers run as: never root, because PostgreSQL and Elasticsearch refuse it."""

    uid: int
    gid: int

    @property
    def is_caller(self) -> bool:
        return self.uid == os.geteuid()

    def can_enter(self, folder: Path) -> bool:
        """True when this account may work below `folder` (a clone in /root or with mode 0700 is closed to it)."""
        if self.is_caller:
            return True
        return subprocess.run(["test", "-x", str(folder)], **self._identity()).returncode == 0  # type: ignore[call-overload]  # noqa: S603, S607

    def take(self, folder: Path) -> None:
        """Make `folder` this account's own and nobody else's."""
        folder.mkdir(parents=True, exist_ok=True)
        if not self.is_caller:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def write(self, path: Path, text: str) -> None:
        """Write a file only this account can read."""
        path.touch(mode=0o600)
        path.write_text(text)
        if not self.is_caller:
            os.chown(path, self.uid, self.gid)

    def run(self, *command: str, env: dict[str, str] | None = None, seconds: float = COMMAND_SECONDS) -> str:
        """What `command` printed, run as this account. Raises ServicesError with its last lines when it fails."""
        try:
            done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
                command,
                cwd="/",
                env=PLAIN_ENVIRONMENT | (env or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                **self._identity(),
            )
        except subprocess.TimeoutExpired as error:
            raise ServicesError(f"{command[0]} did not finish within {seconds:.0f} s") from error
        output = str(done.stdout.decode(errors="replace"))
        if done.returncode:
            raise ServicesError(f"{command[0]} failed:\n" + "\n".join(output.splitlines()[-20:]))
        return output

    def _identity(self) -> dict[str, object]:
        return {} if self.is_caller else {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account() -> Account:
    """The caller, or for root a system user of the servers' own, created when it is missing."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home"]
        command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
        entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def ensure_packages(packages: list[str], *, why: str) -> None:
    """Install Debian packages as root. Raises ServicesError that says what to install when that is not possible."""
    if not packages:
        return
    names = " ".join(packages)
    if os.geteuid() != 0 or not DEBIAN.exists() or not shutil.which("apt-get"):
        raise ServicesError(
            f"Missing on this system: {names} ({why}).\nOn Debian: sudo apt-get install {names}"
        )
    say(f"Installing system packages: {names}")
    with _nothing_starts_by_itself():
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        if _apt(install).returncode == 0:
            return
        _apt(["apt-get", "update", "-qq"])
        done = _apt(install)
    if done.returncode:
        tail = "\n".join(done.stdout.decode(errors="replace").splitlines()[-15:])
        raise ServicesError(f"Could not install {names}:\n{tail}")


def _apt(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    environment["PATH"] = f"{environment.get('PATH', '')}:{PLAIN_ENVIRONMENT['PATH']}"
    return subprocess.run(  # noqa: S603
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=APT_SECONDS,
        check=False,
    )


@contextmanager
def _nothing_starts_by_itself() -> Iterator[None]:
    """Debian starts a server as soon as it is installed; ours run beside it, so that one is not wanted."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            POLICY.unlink(missing_ok=True)


def free_port(preferred: int, taken: set[int]) -> int:
    """The first loopback port from `preferred` on that nothing listens on and that is not in `taken`."""
    for port in range(preferred, preferred + 200):
        if port not in taken and port_is_free(port):
            return port
    raise ServicesError(f"no free port between {preferred} and {preferred + 199}")


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_alive(pid: int, marker: str) -> bool:
    """True when process `pid` runs and `marker` is in its command line: the numbers of the dead are given out again."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and marker in command


def end(pid: int, marker: str, *, polite: signal.Signals, seconds: float) -> None:
    """Ask process `pid` to end, then insist."""
    for number, patience in ((polite, seconds), (signal.SIGKILL, 5.0)):
        if not is_alive(pid, marker):
            return
        os.kill(pid, number)
        wait_until(lambda: not is_alive(pid, marker), patience)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """True as soon as `condition` holds, False when it has not held within `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(TICK_SECONDS)
    return True
