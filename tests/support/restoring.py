"""Putting a database back as it was, as quickly as its kind allows: in place of Django's flush of every table."""

from __future__ import annotations

import sqlite3
from typing import Any, Protocol

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

#: A connection some thread of a test forgot must not make the whole run wait.
LOCK_TIMEOUT = "10s"


class Remembered(Protocol):
    """The state of a database at one moment."""

    def restore(self, connection: BaseDatabaseWrapper) -> None:
        """Make every table what it was then."""


def remember(connection: BaseDatabaseWrapper) -> Remembered:
    """Take note of the state of the database behind `connection`."""
    connection.ensure_connection()
    kinds = {"sqlite": SqliteFile, "postgresql": PostgresTables}
    return kinds[connection.vendor](connection)


class SqliteFile:
    """A copy of the file. Copying its pages is exact and takes 10 ms."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self._copy)

    def restore(self, connection: BaseDatabaseWrapper) -> None:
        self._copy.backup(connection.connection)


class PostgresTables:
    """The rows of the few tables that have any, and a digest of every table.

    Truncating the 150 tables of the portal takes 200 ms and more; asking which of them differ takes 10 ms, and a test
    has written to a handful of them.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
            self._tables = [name for (name,) in cursor.fetchall()]
            filled = [name for name in self._tables if self._has_rows(cursor, name)]
            self._rows = {name: self._read(cursor, name) for name in filled}
            self._digest_query = " UNION ALL ".join(self._digest_of(name) for name in self._tables)
            self._digests = self._ask_digests(cursor)
            self._sequences = self._ask_sequences(cursor)

    def restore(self, connection: BaseDatabaseWrapper) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            now = self._ask_digests(cursor)
            changed = [name for name in self._tables if now[name] != self._digests[name]]
            if changed:
                # Every foreign key of Django can wait for the end of the transaction, so no order has to be kept.
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
                cursor.execute("; ".join(f'DELETE FROM "{name}"' for name in changed))
            for name in changed:
                if name in self._rows:
                    with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                        copy.write(self._rows[name])
            self._set_back_sequences(cursor)

    def _set_back_sequences(self, cursor: Any) -> None:
        now = self._ask_sequences(cursor)
        for name, last in self._sequences.items():
            if now[name] != last:
                value, used = (last, True) if last is not None else (1, False)
                cursor.execute("SELECT setval(%s::regclass, %s, %s)", [f'"{name}"', value, used])

    def _digest_of(self, name: str) -> str:
        if name in self._rows:
            digest = f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{name}\" t)"
        else:
            digest = f'(SELECT EXISTS(SELECT 1 FROM "{name}")::text)'
        return f"SELECT '{name}', {digest}"

    def _ask_digests(self, cursor: Any) -> dict[str, str]:
        cursor.execute(self._digest_query)
        return dict(cursor.fetchall())

    @staticmethod
    def _has_rows(cursor: Any, name: str) -> bool:
        cursor.execute(f'SELECT EXISTS(SELECT 1 FROM "{name}")')
        return bool(cursor.fetchone()[0])

    @staticmethod
    def _read(cursor: Any, name: str) -> bytes:
        with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
            return b"".join(bytes(block) for block in copy)

    @staticmethod
    def _ask_sequences(cursor: Any) -> dict[str, int | None]:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
        )
        return dict(cursor.fetchall())
