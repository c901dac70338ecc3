"""A PostgreSQL cluster for tests and trying out."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from scripts.services.server import Server
from scripts.services.system import PLAIN_ENVIRONMENT, ServicesError

ROLE = DATABASE = "yanlu"
SUPERUSER = "postgres"
DEBIAN_FOLDER = Path("/usr/lib/postgresql")
# Durability is switched off: this data is thrown away, and tests create and drop databases all the time.
CONFIGURATION = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
jit = off
"""


class PostgreSQL(Server):
    name = "postgresql"
    preferred_port = 15432
    # Fast shutdown: rolls back what runs instead of waiting for everybody to leave.
    stop_signal = signal.SIGINT

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def missing_packages(self) -> list[str]:
        return [] if self._programs() else ["postgresql"]

    def prepare(self) -> None:
        if not self.data.joinpath("PG_VERSION").exists():
            shutil.rmtree(self.data, ignore_errors=True)
            secret = self.folder / "password"
            self.account.write(secret, self.password)
            options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync"]
            options += [f"--username={SUPERUSER}", f"--pwfile={secret}", f"--pgdata={self.data}"]
            self.account.run(self._program("initdb"), *options)
            secret.unlink()
        # Included last, so it wins over what initdb wrote.
        self.account.write(self.data / "postgresql.auto.conf", f"{CONFIGURATION}port = {self.port}\n")

    def launch(self) -> None:
        command = [self._program("pg_ctl"), "start", "--no-wait", "--silent"]
        self.account.run(*command, f"--pgdata={self.data}", f"--log={self.log}")

    def answers(self) -> bool:
        return self._psql("SELECT 1").returncode == 0

    def finish(self) -> None:
        """The role of the portal may create databases, for tests, and nothing else."""
        if ROLE not in self._rows("SELECT rolname FROM pg_roles").split():
            self._rows(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'")
        if DATABASE not in self._rows("SELECT datname FROM pg_database").split():
            self._rows(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def settings(self) -> dict[str, str]:
        return {"DATABASE_URL": f"postgres://{ROLE}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"}

    def _rows(self, statement: str) -> str:
        done = self._psql(statement)
        if done.returncode:
            raise ServicesError(f"PostgreSQL refused: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode().strip()

    def _psql(self, statement: str) -> subprocess.CompletedProcess[bytes]:
        # The statement and the password go by standard input and environment: a command line is public.
        command = [self._program("psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--set=ON_ERROR_STOP=1"]
        command += ["--host=127.0.0.1", f"--port={self.port}", f"--username={SUPERUSER}", "--dbname=postgres"]
        environment = PLAIN_ENVIRONMENT | {"PGPASSWORD": self.password, "PGCONNECT_TIMEOUT": "5"}
        return subprocess.run(  # noqa: S603
            command, input=statement.encode(), env=environment, capture_output=True, timeout=30, check=False
        )

    def _program(self, name: str) -> str:
        folder = self._programs()
        if folder is None:
            raise ServicesError("PostgreSQL is not installed.")
        return str(folder / name)

    def _programs(self) -> Path | None:
        """The folder of `initdb`: of the version that made the data, else the newest."""
        version = self.data / "PG_VERSION"
        # Unreadable data is another account's; whoever cannot read it cannot start it either.
        if os.access(version, os.R_OK):
            made_with = version.read_text().strip()
            folder = DEBIAN_FOLDER / made_with / "bin"
            if not (folder / "initdb").exists() and DEBIAN_FOLDER.exists():
                raise ServicesError(
                    f"The data was made by PostgreSQL {made_with}. Start anew: make services-remove"
                )
        found = sorted(DEBIAN_FOLDER.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if found:
            return (folder if os.access(version, os.R_OK) else found[-1].parent).absolute()
        elsewhere = shutil.which("initdb")
        return Path(elsewhere).parent if elsewhere else None
