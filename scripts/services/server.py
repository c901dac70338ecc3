"""What the three servers have in common: a folder, a port, a process that is kept alive."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from pathlib import Path

from scripts.services.system import Account, ServicesError, end, is_alive, say, wait_until

LOG_LINES = 25


class Server(ABC):
    """One server on a loopback port, its data in a folder of its own."""

    name: str
    preferred_port: int
    ready_seconds = 60.0
    stop_seconds = 20.0
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, account: Account, *, port: int, password: str, cache: Path) -> None:
        self.folder, self.account, self.port = folder / self.name, account, port
        self.password, self.cache = password, cache

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    @abstractmethod
    def missing_packages(self) -> list[str]:
        """Debian packages that are not here yet."""

    @abstractmethod
    def prepare(self) -> None:
        """Write configuration and data folder, as the account. Repeatable."""

    @abstractmethod
    def launch(self) -> None:
        """Start the process in the background; returns at once or when it is ready."""

    @abstractmethod
    def answers(self) -> bool:
        """True when the server answers a real request."""

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Variables the settings of the portal read, by name."""

    @abstractmethod
    def finish(self) -> None:
        """Do what can only be done while the server runs (roles, databases). Repeatable."""

    def pid(self) -> int | None:
        """Process number of the running server; None when it is down, whatever a stale pid file says."""
        try:
            number = int(self.pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return number if is_alive(number, str(self.folder)) else None

    def start(self) -> bool:
        """Bring the server up; True when something had to be done. Raises ServicesError with the end of its log."""
        pid = self.pid()
        if pid is not None:
            if wait_until(
                self.answers, 0.2 if self.folder.joinpath("ready").exists() else self.ready_seconds
            ):
                return self._done(started=False)
            say(f"{self.name} does not answer; starting it again.")
            self.stop()
        self.account.take(self.folder)
        self.folder.joinpath("ready").unlink(missing_ok=True)
        self.prepare()
        self.pid_file.unlink(missing_ok=True)
        self.launch()
        if not wait_until(self.answers, self.ready_seconds):
            raise ServicesError(
                f"{self.name} did not answer within {self.ready_seconds:.0f} s:\n{self.last_lines()}"
            )
        return self._done(started=True)

    def _done(self, *, started: bool) -> bool:
        if started or not self.folder.joinpath("ready").exists():
            self.finish()
            self.account.write(self.folder / "ready", "")
        return started

    def stop(self) -> bool:
        """Take the server down, politely first; True when it was up."""
        pid = self.pid()
        if pid is None:
            return False
        end(pid, str(self.folder), polite=self.stop_signal, seconds=self.stop_seconds)
        if self.pid() is not None:
            raise ServicesError(f"{self.name} (process {pid}) cannot be stopped; are you its owner?")
        return True

    def last_lines(self) -> str:
        """The end of the log."""
        if not self.log.exists():
            return f"(no {self.log.name} was written)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES:])
