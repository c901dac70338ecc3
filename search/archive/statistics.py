"""Telling PostgreSQL how large the archive has become, before its own housekeeping finds out."""

from __future__ import annotations

from django.apps import apps

from portal.planner import analyse

_TABLES = (
    ("archive", "NormativeDocument"),
    ("archive", "DocumentRelation"),
    ("archive", "ImportItem"),
    ("upkeep", "ValidityAct"),
)


def refresh_statistics() -> None:
    """Have the planner's statistics of the archive's tables renewed (`portal.planner`)."""
    analyse(*(apps.get_model(label, name) for label, name in _TABLES))


def is_due(batch: int) -> bool:
    """Return whether statistics are worth renewing after batch number `batch` (from 1): at 1, 4, 16, 64 …"""
    return batch > 0 and batch & (batch - 1) == 0 and (batch.bit_length() - 1) % 2 == 0
