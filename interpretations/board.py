"""Blocks of the home page and of the board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from interpretations import selectors

HOME_POLICIES = 6
BOARD_ROWS = 10


def latest_policies(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Home: the latest policies, each with its interpretation."""
    return {"policies": selectors.latest(HOME_POLICIES)}


def returns(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Board: return slips of this year by reason, and the latest ones."""
    year = timezone.localdate(at).year
    by_reason = selectors.returns_by_reason(year)
    return {
        "year": year,
        "by_reason": by_reason,
        "total": sum(count for _reason, count in by_reason),
        "largest": max((count for _reason, count in by_reason), default=0),
        "returned": selectors.returned_bundles(BOARD_ROWS),
    }


def awaiting_sign_off(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Board: how many bundles wait at which step, and for how long."""
    return {"waiting": selectors.awaiting_sign_off(timezone.localdate(at))[:BOARD_ROWS]}


def reminders(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    """Board: filings, evaluations and lapses ahead."""
    return {"reminders": selectors.reminders(timezone.localdate(at))[:BOARD_ROWS]}
