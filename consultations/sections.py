"""What this room adds to the home page and to the board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from portal.home.registry import board_panels, home_sections

#: Entries on the home page.
HOME_SIZE = 6
#: A deadline is near when it lies within this time.
NEAR = dt.timedelta(days=7)


def register() -> None:
    """Called once when the app is ready."""
    home_sections.register(
        key="open_consultations",
        order=20,
        template="consultations/consultation_home_open.html",
        context=open_context,
    )
    home_sections.register(
        key="awaiting_outcome",
        order=40,
        template="consultations/consultation_home_awaiting.html",
        context=awaiting_context,
    )
    board_panels.register(
        key="consultations_overdue",
        order=10,
        template="consultations/consultation_board_overdue.html",
        context=overdue_context,
    )
    board_panels.register(
        key="consultations_closing",
        order=20,
        template="consultations/consultation_board_closing.html",
        context=closing_context,
    )


def open_context(request: HttpRequest, at: dt.datetime) -> Mapping[str, Any]:
    """Open consultations with days left; when there is none, the ones announced."""
    from consultations import selectors

    found = selectors.open_now(at, HOME_SIZE)
    for page in found:
        page.left = page.days_left(at)
    announced = [] if found else list(selectors.published().announced(at).order_by("opens_at")[:HOME_SIZE])
    return {"consultations": found, "announced": announced}


def awaiting_context(request: HttpRequest, at: dt.datetime) -> Mapping[str, Any]:
    """Closed without outcome, overdue first."""
    from consultations import selectors

    return {"consultations": [_with_state(page, at) for page in selectors.awaiting(at, HOME_SIZE)]}


def overdue_context(request: HttpRequest, at: dt.datetime) -> Mapping[str, Any]:
    """Every outcome that is overdue, the longest first."""
    from consultations import selectors

    pages = selectors.published().overdue(at).order_by("outcome_due_on", "pk")
    return {"consultations": [_with_state(page, at) for page in pages]}


def closing_context(request: HttpRequest, at: dt.datetime) -> Mapping[str, Any]:
    """Deadlines within a week: consultations that close, outcomes that fall due."""
    from consultations import selectors

    until = timezone.localdate(at + NEAR)
    waiting = selectors.published().awaiting_outcome(at).filter(outcome_due_on__lte=until)
    return {
        "closing": [_with_state(page, at) for page in selectors.closing_before(at + NEAR, at)],
        "due": [_with_state(page, at) for page in waiting.order_by("outcome_due_on", "pk")],
    }


def _with_state(page: Any, at: dt.datetime) -> Any:
    page.shown_state = page.state(at)
    page.left = page.days_left(at)
    page.overdue_days = page.days_overdue(at)
    return page
