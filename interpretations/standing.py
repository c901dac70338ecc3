"""Where policies that are not public yet stand in their review, for many pages in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Length, Substr
from wagtail.models import PageLogEntry, WorkflowState

from interpretations.enums import SignOffDecision
from interpretations.models import PolicyDocumentPage, SignOff
from portal.home.models import DepartmentPage

HELD_BACK = "yanlu.schedule.held_back"


@dataclass(frozen=True)
class Standing:
    """An unreleased policy: `returned` carries the slip that sent it back, `signed` says that only the release is missing."""

    page: PolicyDocumentPage
    returned: SignOff | None = None
    signed: bool = False


@dataclass(frozen=True)
class HeldBack:
    """A planned release that did not happen, and why."""

    page: PolicyDocumentPage
    reason: str
    since: datetime


def unreleased(departments: Collection[int] | None = None) -> list[Standing]:
    """Policies of these departments (None: of all) that are neither public, planned nor under review, the latest first."""
    pages = list(_waiting_pages(departments))
    reviews = _latest_reviews([page.pk for page in pages])
    slips = _latest_slips(
        [pk for pk, review in reviews.items() if review.status == WorkflowState.STATUS_NEEDS_CHANGES]
    )
    found = []
    for page in pages:
        review = reviews.get(page.pk)
        if review is None or review.status == WorkflowState.STATUS_CANCELLED:
            found.append(Standing(page))
        elif review.status == WorkflowState.STATUS_NEEDS_CHANGES:
            found.append(Standing(page, returned=slips.get(page.pk)))
        elif review.status == WorkflowState.STATUS_APPROVED:
            step = review.current_task_state
            unchanged = step is not None and step.revision_id == page.latest_revision_id
            found.append(Standing(page, signed=unchanged))
    return found


def held_back() -> list[HeldBack]:
    """Releases that were held back and neither planned, submitted nor published again since; the latest first."""
    waiting = {page.pk: page for page in _waiting_pages(None)}
    reviews = _latest_reviews(waiting)
    found: dict[int, HeldBack] = {}
    entries = PageLogEntry.objects.filter(action=HELD_BACK, page_id__in=waiting).order_by("-timestamp")
    for entry in entries:
        page, review = waiting[entry.page_id], reviews.get(entry.page_id)
        again = review is not None and review.created_at > entry.timestamp
        published = page.live and page.last_published_at and page.last_published_at > entry.timestamp
        if not again and not published and page.pk not in found:
            found[page.pk] = HeldBack(page, str(entry.data.get("reason", "")), entry.timestamp)
    return list(found.values())


def _waiting_pages(departments: Collection[int] | None) -> QuerySet[PolicyDocumentPage]:
    """Pages with something unpublished for which no release is planned; withdrawn ones only with a newer draft."""
    owner = DepartmentPage.objects.filter(
        path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - PolicyDocumentPage.steplen)
    )
    pages = PolicyDocumentPage.objects.filter(Q(live=False) | Q(has_unpublished_changes=True))
    pages = pages.filter(latest_revision__approved_go_live_at__isnull=True)
    # Withdrawing marks a page as changed though nobody wrote anything: only another revision is a newer draft.
    pages = pages.filter(Q(withdrawn_at__isnull=True) | ~Q(latest_revision=F("withdrawn_revision")))
    if departments is not None:
        pages = pages.filter(lead_department__in=departments)
    return (
        pages.with_package()
        .annotate(subtree_department_id=Subquery(owner.values("department_id")[:1]))
        .order_by("-latest_revision_created_at", "-pk")
    )


def _latest_reviews(page_ids: Collection[int]) -> dict[int, WorkflowState]:
    """Page -> its latest review, finished or not."""
    rows = WorkflowState.objects.filter(
        content_type=ContentType.objects.get_for_model(PolicyDocumentPage),
        object_id__in=[str(pk) for pk in page_ids],
    )
    return {int(row.object_id): row for row in rows.select_related("current_task_state").order_by("pk")}


def _latest_slips(page_ids: Collection[int]) -> dict[int, SignOff]:
    rows = SignOff.objects.filter(page_id__in=page_ids, decision=SignOffDecision.RETURNED)
    return {row.page_id: row for row in rows.order_by("created_at", "pk")}
