"""Keys already met in one run, on disk: an archive may hold more documents than memory has room for their keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from types import TracebackType


class SeenKeys:
    """A set of strings that lives in a temporary file of SQLite's own, with a small cache in memory."""

    def __init__(self) -> None:
        # An empty name is a private file on disk, removed when the connection is closed.
        self._rows = sqlite3.connect("")
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> SeenKeys:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()

    def __contains__(self, key: str) -> bool:
        return self._rows.execute("SELECT 1 FROM seen WHERE key = ?", (key,)).fetchone() is not None

    def update(self, keys: Iterable[str]) -> None:
        """Remember `keys`."""
        self._rows.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((key,) for key in keys))
