"""The site's own synonyms over the shipped ones, as one table that is kept in memory and checked for changes.

`SynonymGroup` holds only what people changed here: a rule of their own, a shipped rule in other words, or one switched
off. So an upgrade brings new shipped rules, and what was changed here goes on to win.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Max

from search.models import SynonymGroup
from search.synonyms import Rule, Table, make_table, parse_rule, shipped_rules

#: Seconds a process goes on with the table it knows before it asks whether there is a newer one: one small query.
CHECK_EVERY = 3.0

_Version = tuple[int, datetime.datetime | None]


@dataclass(frozen=True)
class Entry:
    """One rule as the site has it: the rule in use, the shipped one it stands for (if any), the row (if changed)."""

    key: str
    rule: Rule
    shipped: Rule | None
    row: SynonymGroup | None

    @property
    def active(self) -> bool:
        return self.row is None or self.row.active

    @property
    def is_changed(self) -> bool:
        return self.row is not None

    @property
    def is_own(self) -> bool:
        return self.shipped is None


def entries(rows: Iterable[SynonymGroup] | None = None) -> tuple[Entry, ...]:
    """Return every rule: the site's own first, then the shipped ones in their order, each as changed here."""
    found = SynonymGroup.objects.select_related("updated_by") if rows is None else rows
    changed = {row.key: row for row in found}
    shipped = {rule.key: rule for rule in shipped_rules()}
    own = (
        Entry(row.key, rule, None, row)
        for row in changed.values()
        if row.key not in shipped and (rule := parse_rule(row.line))
    )
    kept = (_entry(key, rule, changed.get(key)) for key, rule in shipped.items())
    return (*own, *kept)


def _entry(key: str, shipped: Rule, row: SynonymGroup | None) -> Entry:
    rule = (parse_rule(row.line) if row else None) or shipped
    return Entry(key, rule, shipped, row)


def table_of(found: Iterable[Entry]) -> Table:
    """Return the table of the entries that are in use."""
    return make_table(entry.rule for entry in found if entry.active)


class _Cache:
    """The table of this process with the version it was made of. Safe between threads: values are replaced whole."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._table: Table = {}
        self._version: _Version | None = None
        self._checked = float("-inf")

    def table(self) -> Table:
        if time.monotonic() - self._checked < CHECK_EVERY:
            return self._table
        with self._guard:
            if time.monotonic() - self._checked >= CHECK_EVERY:
                self._refresh()
            return self._table

    def _refresh(self) -> None:
        try:
            # A failure here must not break the transaction of whoever searches; without one, none is begun.
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                version = _version()
                if version != self._version:
                    self._table, self._version = table_of(entries()), version
        except DatabaseError:
            # Searching goes on with what is known; without any, with what was shipped.
            self._table = self._table or make_table(shipped_rules())
        self._checked = time.monotonic()

    def forget(self) -> None:
        with self._guard:
            self._version, self._checked = None, float("-inf")


def _version() -> _Version:
    found = SynonymGroup.objects.aggregate(n=Count("pk"), last=Max("updated_at"))
    return found["n"], found["last"]


_cache = _Cache()


def current() -> Table:
    """Return the table in use, at most `CHECK_EVERY` seconds old. Never raises: without a database it is the shipped one."""
    return _cache.table()


def forget() -> None:
    """Make this process look again at its next search; the others do so within `CHECK_EVERY` seconds."""
    _cache.forget()
