"""A Redis for tests and trying out: queue in database 0, cache in database 1."""

from __future__ import annotations

import shutil
import socket

from scripts.services.server import Server

PROGRAM = "redis-server"


class Redis(Server):
    name = "redis"
    preferred_port = 16379
    ready_seconds = 20.0

    def missing_packages(self) -> list[str]:
        return [] if shutil.which(PROGRAM) else ["redis-server"]

    def prepare(self) -> None:
        # The command line keeps naming this file, by which the process is recognised. What was queued survives a
        # restart in the append-only file; `noeviction` because a queue that forgets loses work.
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "daemonize": "yes",
            "set-proc-title": "no",
            "pidfile": str(self.pid_file),
            "logfile": str(self.log),
            "dir": str(self.folder),
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
        }
        text = "".join(f"{key} {value}\n" for key, value in lines.items())
        self.account.write(self.folder / "redis.conf", text)

    def launch(self) -> None:
        self.account.run(shutil.which(PROGRAM) or PROGRAM, str(self.folder / "redis.conf"))

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
                with connection.makefile("rb") as lines:
                    return [lines.readline().strip() for _ in range(2)] == [b"+OK", b"+PONG"]
        except OSError:
            return False

    def finish(self) -> None:
        """Nothing: it is usable as it starts."""

    def settings(self) -> dict[str, str]:
        base = f"redis://:{self.password}@127.0.0.1:{self.port}"
        return {"CELERY_BROKER_URL": f"{base}/0", "CACHE_URL": f"{base}/1"}
