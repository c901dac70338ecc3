"""Keeps the reused test database trustworthy: rebuilt when migrations change, whole again after transactional tests."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

REPOSITORY = Path(__file__).resolve().parents[2]
TRANSACTIONAL_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}


def migrations_digest() -> str:
    """Digest of every migration of this repository: an edited `0001_initial` needs a new database."""
    digest = hashlib.sha256()
    for folder in ("site", "search", "interpretations", "consultations"):
        for path in sorted((REPOSITORY / folder).rglob("migrations/*.py")):
            digest.update(str(path.relative_to(REPOSITORY)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_transactional(item: pytest.Item) -> bool:
    """True when pytest-django runs `item` without a wrapping transaction and flushes every table after it."""
    marker = item.get_closest_marker("django_db")
    if marker and (marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences")):
        return True
    return bool(TRANSACTIONAL_FIXTURES & set(getattr(item, "fixturenames", ())))


class ReferenceData:
    """What the migrations put into the database (Wagtail's root page and site, permissions, statutory periods).

    Django empties the tables after a transactional test; `restore` brings the rows back as they were. The mark is a
    file that exists while the database is not whole, so that a killed run is noticed by the next one.
    """

    def __init__(self, stamp: Path) -> None:
        self.stamp = stamp
        self.mark = stamp.with_suffix(".dirty")
        self._copy: sqlite3.Connection | None = None

    def database_is_stale(self) -> bool:
        """True when the reused database must be created again."""
        return self.mark.exists() or not self.stamp.exists() or self.stamp.read_text() != migrations_digest()

    def database_is_new(self) -> None:
        """Call when the database has been created or found good."""
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(migrations_digest())
        self.mark.unlink(missing_ok=True)

    def remember(self) -> None:
        """Take the copy that `restore` brings back. Call before the first transactional test changes anything."""
        if self._copy is None:
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            self._file().backup(self._copy)
        self.mark.touch()

    def restore(self) -> None:
        """Bring back every row of the migrations as it was, keys and sequences included."""
        if self._copy is None:
            raise RuntimeError("nothing was remembered before the test")
        self._copy.backup(self._file())
        ContentType.objects.clear_cache()
        self.mark.unlink(missing_ok=True)

    def _file(self) -> sqlite3.Connection:
        # Copying pages is exact and takes 10 ms; Django's serialized rollback trips over content types, which pages
        # create while they are being read back.
        if connection.vendor != "sqlite":
            raise RuntimeError(
                "transactional tests are restored from a copy of the SQLite file; use SQLite for them"
            )
        connection.ensure_connection()
        return connection.connection


def stamp_path(worker: str) -> Path:
    """Where the digest of the reused database of this xdist worker is kept."""
    return Path(settings.DATA_DIR) / f"test-database-{worker or 'main'}.digest"
