"""Questions about policies that screens ask: latest, returned, waiting, due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.models import LegalityReviewTask, PolicyDocumentPage, SignOff
from portal.periods import services as periods
from portal.periods.enums import PeriodCode
from search.upkeep.selectors import filed_page_ids

if TYPE_CHECKING:
    from django.db.models import QuerySet

EVALUATION, FILING = PeriodCode.VALIDITY_EVALUATION_REMINDER, PeriodCode.FILING
LEGALITY_MAXIMUM = PeriodCode.LEGALITY_REVIEW_NORMATIVE_MAXIMUM


@dataclass(frozen=True)
class Waiting:
    """A bundle at an open step of review; legality review has a last day (国办发〔2018〕115号)."""

    page: PolicyDocumentPage
    step: str
    since: datetime
    kind: SignOffKind
    due: date | None
    late: bool


@dataclass(frozen=True)
class Reminder:
    """Something the dates of a published policy ask for by `due`."""

    page: PolicyDocumentPage
    kind: PeriodCode
    due: date
    late: bool


def latest(limit: int) -> QuerySet[PolicyDocumentPage]:
    """The most recently published policies, ready for a list."""
    return PolicyDocumentPage.objects.published().with_listing()[:limit]


def years_published() -> list[int]:
    """Calendar years with a published policy, the latest first."""
    moments = PolicyDocumentPage.objects.live().public().datetimes("first_published_at", "year", order="DESC")
    return [timezone.localtime(moment).year for moment in moments]


def returned_bundles(limit: int) -> list[SignOff]:
    """The latest return slips."""
    rows = SignOff.objects.filter(decision=SignOffDecision.RETURNED).select_related("page", "department")
    return list(rows.order_by("-created_at", "-pk")[:limit])


def returns_by_reason(year: int) -> list[tuple[ReturnReason, int]]:
    """How often each reason code was given in the calendar year `year`; every code is listed (H§9: counted, reported)."""
    rows = SignOff.objects.filter(decision=SignOffDecision.RETURNED, created_at__year=year)
    counted = Counter(code for codes in rows.values_list("reason_codes", flat=True) for code in codes)
    return [(reason, counted[reason.value]) for reason in ReturnReason]


def awaiting_sign_off(day: date) -> list[Waiting]:
    """Bundles under review on `day` with the step they wait at, the longest wait first."""
    content_type = ContentType.objects.get_for_model(PolicyDocumentPage)
    states = list(
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__content_type=content_type,
        )
        .select_related("task__content_type", "workflow_state")
        .order_by("started_at")
    )
    pages = PolicyDocumentPage.objects.select_related("lead_department").in_bulk(
        [int(state.workflow_state.object_id) for state in states]
    )
    return [
        _waiting(pages[pk], state, day)
        for state in states
        if (pk := int(state.workflow_state.object_id)) in pages
    ]


def _waiting(page: PolicyDocumentPage, state: TaskState, day: date) -> Waiting:
    due = None
    if state.task.content_type.model == LegalityReviewTask._meta.model_name:
        due = periods.deadline(LEGALITY_MAXIMUM, timezone.localdate(state.started_at), on=day).day
    late = due is not None and day > due
    return Waiting(page, state.task.name, state.started_at, state.task.specific_class.kind, due, late)


def reminders(day: date) -> list[Reminder]:
    """Filings and evaluations that fall due, and policies whose validity is about to lapse, the most urgent first."""
    pages = list(PolicyDocumentPage.objects.published().select_related("lead_department"))
    found = [*_filings(pages, day), *_evaluations(pages, day)]
    return sorted(found, key=lambda reminder: (reminder.due, reminder.page.pk))


def _filings(pages: list[PolicyDocumentPage], day: date) -> Iterator[Reminder]:
    """From publication to the last day of filing (备案, H§6), unless it was filed (`search.upkeep.filings`)."""
    filed = filed_page_ids([page.pk for page in pages])
    for page in pages:
        if page.pk in filed:
            continue
        published = timezone.localdate(page.first_published_at)
        due = periods.deadline(FILING, published).day
        if day <= due:
            yield Reminder(page, FILING, due, late=False)


def _evaluations(pages: list[PolicyDocumentPage], day: date) -> Iterator[Reminder]:
    """From the reminder period before it lapses until it has lapsed (H§6)."""
    for page in pages:
        if page.valid_until is None or page.valid_until < day:
            continue
        if evaluation_starts(page.valid_until) <= day:
            yield Reminder(page, EVALUATION, page.valid_until, late=False)


def evaluation_starts(valid_until: date) -> date:
    """First day of evaluating a policy that is valid until `valid_until`."""
    return valid_until - timedelta(days=periods.get_period(EVALUATION).value)
