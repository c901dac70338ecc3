"""Consultations by state, comments by visibility. State filters mirror `ConsultationStates.state` (ADR 0003)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.query import PageQuerySet

from consultations.clock import current
from consultations.enums import LISTED_STATES, VISIBLE_SCREENINGS, ConsultationState
from consultations.exceptions import ConsultationLocked
from consultations.outcome_querysets import ThemedQuerySet

if TYPE_CHECKING:
    from consultations.models import DraftClause, PendingComment, PublicComment  # noqa: F401  # named in strings

#: Fixed once people can comment; only `extend` moves `closes_at`, only to a later day. Slug and title are the address.
LOCKED_FIELDS = (
    "draft_body",
    "drafting_note",
    "decision_basis",
    "kind",
    "opens_at",
    "closes_at",
    "shortened_reason",
    "department",
    "slug",
)


def state_condition(state: ConsultationState, at: dt.datetime) -> Q:
    """The condition under which a consultation is in `state` at `at`."""
    dated = Q(live=True, opens_at__isnull=False, closes_at__isnull=False)
    has_outcome = Q(outcome__published_at__lte=at)
    running = (
        dated
        & (Q(outcome__published_at__isnull=True) | Q(outcome__published_at__gt=at))
        & (Q(terminated_at__isnull=True) | Q(terminated_at__gt=at))
    )
    overdue = Q(outcome_due_on__lt=timezone.localdate(at))
    closed = running & Q(opens_at__lte=at, closes_at__lte=at)
    return {
        ConsultationState.DRAFT: Q(live=False) | Q(opens_at__isnull=True) | Q(closes_at__isnull=True),
        ConsultationState.ANNOUNCED: running & Q(opens_at__gt=at),
        ConsultationState.OPEN: running & Q(opens_at__lte=at, closes_at__gt=at),
        ConsultationState.AWAITING_OUTCOME: closed & (Q(outcome_due_on__isnull=True) | ~overdue),
        ConsultationState.OVERDUE: closed & overdue,
        ConsultationState.OUTCOME_PUBLISHED: dated & has_outcome,
        ConsultationState.TERMINATED: dated
        & Q(terminated_at__lte=at)
        & (Q(outcome__published_at__isnull=True) | Q(outcome__published_at__gt=at)),
    }[state]


class ConsultationQuerySet(PageQuerySet):
    """Consultations; every method that speaks of states takes `at`, default now."""

    def in_state(self, *states: ConsultationState, at: dt.datetime | None = None) -> ConsultationQuerySet:
        """Those in any of `states`."""
        condition = Q(pk__in=[])
        for state in states:
            condition |= state_condition(state, current(at))
        return self.filter(condition)

    def open(self, at: dt.datetime | None = None) -> ConsultationQuerySet:
        return self.in_state(ConsultationState.OPEN, at=at)

    def announced(self, at: dt.datetime | None = None) -> ConsultationQuerySet:
        return self.in_state(ConsultationState.ANNOUNCED, at=at)

    def awaiting_outcome(self, at: dt.datetime | None = None) -> ConsultationQuerySet:
        return self.in_state(ConsultationState.AWAITING_OUTCOME, at=at)

    def overdue(self, at: dt.datetime | None = None) -> ConsultationQuerySet:
        return self.in_state(ConsultationState.OVERDUE, at=at)

    def was_opened(self, at: dt.datetime | None = None) -> ConsultationQuerySet:
        """Those on which people could comment at `at` or before."""
        return self.filter(live=True, opens_at__lte=current(at))

    def with_state(self, at: dt.datetime | None = None) -> ConsultationQuerySet:
        """Annotate `state_rank`, the place of the state in `LISTED_STATES`, and order by it."""
        whens = [
            When(state_condition(state, current(at)), then=Value(rank))
            for rank, state in enumerate(LISTED_STATES)
        ]
        rank = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
        return self.annotate(state_rank=rank)

    def with_visible_comments(self) -> ConsultationQuerySet:
        """Annotate `visible_comments`, how many comments the public can read (counted in the index, not joined)."""
        from consultations.models import PublicComment

        shown = PublicComment.objects.visible().filter(consultation=OuterRef("pk")).order_by()
        counted = shown.values("consultation").annotate(total=Count("pk")).values("total")
        return self.annotate(visible_comments=Coalesce(Subquery(counted), 0))

    def update(self, **kwargs: Any) -> int:
        """Like any update, but raises `ConsultationLocked` rather than change what is fixed."""
        self.refuse_bulk_write(kwargs)
        return int(super().update(**kwargs))

    def refuse_bulk_write(self, values: Mapping[str, Any]) -> None:
        """Raise `ConsultationLocked` when one of these was opened and `values` write what is fixed, or take it down."""
        locked = [name for name in LOCKED_FIELDS if name in values or f"{name}_id" in values]
        if values.get("live", True) is not True:
            locked.append("live")
        if locked and self.was_opened().exists():
            raise ConsultationLocked(locked)

    update.alters_data = True  # type: ignore[attr-defined]


class DraftClauseQuerySet(models.QuerySet["DraftClause"]):
    """Clauses of frozen drafts; bulk writes are refused as single ones are (`signal_handlers`)."""

    def update(self, **kwargs: Any) -> int:
        self._refuse_when_opened()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_when_opened()
        return super().delete()

    def bulk_create(self, objs: Iterable[DraftClause], *args: Any, **kwargs: Any) -> list[DraftClause]:
        rows = list(objs)
        siblings = self.model._base_manager.filter(consultation_id__in={row.consultation_id for row in rows})
        if siblings.filter(consultation__live=True, consultation__opens_at__lte=current()).exists():
            raise ConsultationLocked(["clauses"])
        return super().bulk_create(rows, *args, **kwargs)

    def _refuse_when_opened(self) -> None:
        if self.filter(consultation__live=True, consultation__opens_at__lte=current()).exists():
            raise ConsultationLocked(["clauses"])


class PublicCommentQuerySet(ThemedQuerySet["PublicComment"]):
    """Comments. The manager under it joins and orders by thread; `plain` undoes that."""

    def plain(self) -> PublicCommentQuerySet:
        """Without the joins and the thread order of the comments library, newest first."""
        return self.select_related(None).order_by("-pk")

    def visible(self) -> PublicCommentQuerySet:
        """Those the public may read, newest first."""
        return self.plain().filter(screening__in=VISIBLE_SCREENINGS)

    def counts_by_clause(self) -> dict[int | None, int]:
        """How many there are per clause; None is the draft as a whole."""
        rows = self.order_by().values_list("clause_id").annotate(total=Count("pk"))
        return dict(rows)


class PendingCommentQuerySet(models.QuerySet["PendingComment"]):
    def alive(self, at: dt.datetime | None = None) -> PendingCommentQuerySet:
        """Those that may still be confirmed at `at`."""
        return self.filter(expires_at__gt=current(at))

    def expired(self, at: dt.datetime | None = None) -> PendingCommentQuerySet:
        return self.filter(expires_at__lte=current(at))
