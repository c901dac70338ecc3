"""Keeps the reused test database trustworthy: rebuilt when migrations change, whole again after transactional tests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.support.restoring import Remembered, remember

REPOSITORY = Path(__file__).resolve().parents[2]
TRANSACTIONAL_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}
#: Every fixture through which a test of this suite reaches the database without a mark of its own.
DATABASE_FIXTURES = TRANSACTIONAL_FIXTURES | {
    "db",
    "django_db_serialized_rollback",
    "admin_client",
    "admin_user",
}


def migrations_digest() -> str:
    """Digest of every migration of this repository: an edited `0001_initial` needs a new database."""
    digest = hashlib.sha256()
    for folder in ("site", "search", "interpretations", "consultations"):
        for path in sorted((REPOSITORY / folder).rglob("migrations/*.py")):
            digest.update(str(path.relative_to(REPOSITORY)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_transactional(item: pytest.Item) -> bool:
    """True when pytest-django runs `item` without a wrapping transaction, so that what it writes stays."""
    marker = item.get_closest_marker("django_db")
    if marker and (marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences")):
        return True
    return bool(TRANSACTIONAL_FIXTURES & set(getattr(item, "fixturenames", ())))


def uses_database(item: pytest.Item) -> bool:
    """True when pytest-django lets `item` into the database."""
    return bool(
        item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    )


class ReferenceData:
    """What the migrations put into the database (Wagtail's root page and site, permissions, statutory periods).

    After a transactional test `restore` makes every table what it was. The mark is a file that exists while the
    database is not whole, so that a killed run is noticed by the next one.
    """

    def __init__(self, stamp: Path) -> None:
        self.stamp = stamp
        self.mark = stamp.with_suffix(".dirty")
        self._remembered: Remembered | None = None

    def database_is_stale(self) -> bool:
        """True when the reused database must be created again."""
        return self.mark.exists() or not self.stamp.exists() or self.stamp.read_text() != migrations_digest()

    def database_is_new(self) -> None:
        """Call when the database has been created or found good."""
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(migrations_digest())
        self.mark.unlink(missing_ok=True)

    def remember(self) -> None:
        """Take note of what `restore` brings back. Call before the first transactional test changes anything."""
        if self._remembered is None:
            self._remembered = remember(connection)
        self.mark.touch()

    def restore(self) -> None:
        """Bring back every row of the migrations as it was, keys and sequences included, and remove every other."""
        if self._remembered is None:
            raise RuntimeError("nothing was remembered before the test")
        connection.ensure_connection()
        self._remembered.restore(connection)
        ContentType.objects.clear_cache()
        self.mark.unlink(missing_ok=True)


def stamp_path(worker: str) -> Path:
    """Where the digest of the reused database of this xdist worker is kept; each server has a database of its own."""
    server = connection.settings_dict
    which = hashlib.sha256(f"{server['HOST']}:{server['PORT']}".encode()).hexdigest()[:8]
    return Path(settings.DATA_DIR) / f"test-database-{connection.vendor}-{which}-{worker or 'main'}.digest"
