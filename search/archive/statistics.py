"""Telling PostgreSQL how large the archive has become, before its own housekeeping finds out."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

_TABLES = (
    ("archive", "NormativeDocument"),
    ("archive", "DocumentRelation"),
    ("archive", "ImportItem"),
    ("upkeep", "ValidityAct"),
)


def refresh_statistics() -> None:
    """Have the planner's statistics of the archive's tables renewed; nothing to do on SQLite.

    After a large import autovacuum takes minutes to notice, and never notices rows of an open transaction: until then
    joins are planned for empty tables and take seconds each instead of milliseconds.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for label, name in _TABLES:
            cursor.execute(f'ANALYZE "{apps.get_model(label, name)._meta.db_table}"')


def is_due(batch: int) -> bool:
    """Return whether statistics are worth renewing after batch number `batch` (from 1): at 1, 4, 16, 64 …"""
    return batch > 0 and batch & (batch - 1) == 0 and (batch.bit_length() - 1) % 2 == 0
