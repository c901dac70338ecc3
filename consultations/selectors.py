"""What the public pages show. Read only; every function costs the same number of queries whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from consultations.clock import current
from consultations.enums import LISTED_STATES, ConsultationState
from consultations.freezing import clause_rows
from consultations.gate import Minimum, minimum
from consultations.models import ConsultationPage, DraftClause, PublicComment
from consultations.querysets import ConsultationQuerySet, state_condition
from portal.organisations.models import Department
from portal.periods.exceptions import PeriodUnknown

#: States up to this place in `LISTED_STATES` end in the future.
STILL_OPEN_RANK = LISTED_STATES.index(ConsultationState.ANNOUNCED)


@dataclass(frozen=True)
class ShownClause:
    """A clause of the draft with the number of comments on it the public can read."""

    clause: DraftClause
    comments: int


@dataclass(frozen=True)
class StateCount:
    """How many published consultations are in a state."""

    state: ConsultationState
    total: int


def published() -> ConsultationQuerySet:
    """Every published consultation anybody may read, with what its state needs at hand."""
    found: ConsultationQuerySet = (
        ConsultationPage.objects.live().public().filter(opens_at__isnull=False, closes_at__isnull=False)
    )
    return found.select_related("department", "outcome")


def listed(
    *,
    at: dt.datetime | None = None,
    state: str = "",
    department: Department | None = None,
    kind: str = "",
    words: str = "",
) -> ConsultationQuerySet:
    """The public list: by state (`LISTED_STATES`), in each the nearest end first, what is over newest first."""
    found = published().with_state(at).with_visible_comments()
    if state:
        found = found.in_state(ConsultationState(state), at=at)
    if department is not None:
        found = found.filter(department=department)
    if kind:
        found = found.filter(kind=kind)
    for word in words.split()[:5]:
        found = found.filter(Q(title__icontains=word) | Q(summary__icontains=word))
    ends_soon = Case(When(state_rank__lte=STILL_OPEN_RANK, then="closes_at"))
    return found.order_by("state_rank", ends_soon, "-closes_at", "-pk")


def state_counts(at: dt.datetime | None = None) -> list[StateCount]:
    """Totals per state in the order of the list, in one query; states nobody is in are left out."""
    moment = current(at)
    totals = published().aggregate(
        **{state.value: Count("pk", filter=state_condition(state, moment)) for state in LISTED_STATES}
    )
    return [StateCount(state, totals[state.value]) for state in LISTED_STATES if totals[state.value]]


def departments_with_consultations() -> QuerySet[Department]:
    """Departments a list can be filtered by."""
    ids = published().order_by().values("department_id")
    return Department.objects.filter(pk__in=ids)


def open_now(at: dt.datetime | None = None, limit: int | None = None) -> list[ConsultationPage]:
    """Open consultations, the nearest end first."""
    return list(published().open(at).with_visible_comments().order_by("closes_at", "pk")[:limit])


def awaiting(at: dt.datetime | None = None, limit: int | None = None) -> list[ConsultationPage]:
    """Closed without outcome: overdue ones and the nearest due day first."""
    states = (ConsultationState.OVERDUE, ConsultationState.AWAITING_OUTCOME)
    return list(published().in_state(*states, at=at).order_by("outcome_due_on", "pk")[:limit])


def closing_before(moment: dt.datetime, at: dt.datetime | None = None) -> list[ConsultationPage]:
    """Open consultations that close before `moment`."""
    return list(published().open(at).filter(closes_at__lte=moment).order_by("closes_at", "pk"))


def detail_context(consultation: ConsultationPage, at: dt.datetime | None = None) -> dict[str, Any]:
    """Everything the page of a consultation shows."""
    counts = PublicComment.objects.visible().filter(consultation=consultation).counts_by_clause()
    clauses = list(consultation.clauses.all())
    return {
        **_facts(consultation, at),
        "clauses": [ShownClause(clause, counts.get(clause.pk, 0)) for clause in clauses],
        "comments_total": sum(counts.values()),
        "comments_on_whole": counts.get(None, 0),
    }


def preview_context(consultation: ConsultationPage) -> dict[str, Any]:
    """The same for a draft that is not frozen yet."""
    return {
        **_facts(consultation, None),
        "clauses": [ShownClause(clause, 0) for clause in clause_rows(consultation)],
        "comments_total": 0,
        "comments_on_whole": 0,
        "preview": True,
    }


def visible_comments(
    consultation: ConsultationPage, clause: DraftClause | None, whole: bool
) -> QuerySet[PublicComment]:
    """Public comments on all of it, on one clause, or on the draft as a whole only; newest first."""
    found = PublicComment.objects.visible().filter(consultation=consultation).select_related("clause")
    if clause is not None:
        return found.filter(clause=clause)
    return found.filter(clause__isnull=True) if whole else found


def named_clauses(consultation: ConsultationPage, clause_ids: Sequence[str]) -> list[tuple[str, str]]:
    """(id, name) of clauses of the draft, in its order; a clause without a number shows how it begins."""
    found = consultation.clauses.filter(clause_id__in=clause_ids) if clause_ids else ()
    return [(clause.clause_id, str(clause)) for clause in found]


def _facts(consultation: ConsultationPage, at: dt.datetime | None) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "page": consultation,
        "state": consultation.state(at),
        "is_open": consultation.is_open(at),
        "left": consultation.days_left(at),
        "minimum": _minimum(consultation),
        "days_overdue": consultation.days_overdue(at),
    }


def _minimum(consultation: ConsultationPage) -> Minimum | None:
    if consultation.first_day is None:
        return None
    try:
        return minimum(consultation.kind, consultation.first_day)
    except PeriodUnknown:
        return None
