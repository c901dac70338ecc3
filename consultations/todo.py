"""What waits for a person about consultations: openings to decide, drafts, comments to screen, outcomes to work out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.models import TaskState, WorkflowState

from consultations.enums import ConsultationState, Screening
from consultations.models import ConsultationPage, OpeningTask, PublicComment
from portal.home.dates import day_text
from portal.home.registry import Todo, todo_sources
from portal.organisations.enums import Role

if TYPE_CHECKING:
    from portal.organisations.duties import Duties

#: An outcome that falls due within this time is urgent.
NEAR = dt.timedelta(days=7)


def register() -> None:
    """Called once, when the app is ready."""
    todo_sources.register(key="consultation_open", order=15, heading=_("等您审定的征求意见"), collect=to_open)
    todo_sources.register(key="comment_screen", order=50, heading=_("等待审核的意见"), collect=to_screen)
    todo_sources.register(key="outcome", order=60, heading=_("采纳情况"), collect=outcomes)
    todo_sources.register(key="consultation_drafts", order=70, heading=_("征求意见草稿"), collect=drafts)


def to_open(duties: Duties, at: dt.datetime) -> list[Todo]:
    """Submitted consultations of the departments this person heads, the longest wait first."""
    departments = duties.departments(Role.HEAD)
    if not departments:
        return []
    states = list(
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            task__content_type=ContentType.objects.get_for_model(OpeningTask),
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .select_related("workflow_state")
        .order_by("started_at")
    )
    pages = (
        ConsultationPage.objects.filter(department__in=departments)
        .select_related("department")
        .in_bulk([int(state.workflow_state.object_id) for state in states])
    )
    return [
        Todo(
            title=page.draft_title,
            text=_t("审定并公开"),
            url=_edit(page),
            note=_t("%(department)s，%(day)s提交")
            % {"department": page.department, "day": _day(state.started_at)},
            urgent=page.opens_at is not None and page.opens_at - at < NEAR,
        )
        for state in states
        if (page := pages.get(int(state.workflow_state.object_id)))
    ]


def drafts(duties: Duties, at: dt.datetime) -> list[Todo]:
    """Consultations not submitted yet in the departments this person drafts for: what was sent back first."""
    departments = duties.departments(Role.DRAFTER)
    if not departments:
        return []
    pages = list(
        ConsultationPage.objects.filter(live=False, department__in=departments)
        .select_related("department")
        .order_by("-latest_revision_created_at", "-pk")
    )
    reviews = _reviews([page.pk for page in pages])
    waiting = [page for page in pages if reviews.get(page.pk) != WorkflowState.STATUS_IN_PROGRESS]
    returned = {pk for pk, status in reviews.items() if status == WorkflowState.STATUS_NEEDS_CHANGES}
    waiting.sort(key=lambda page: page.pk not in returned)
    return [
        Todo(
            title=page.draft_title,
            text=_t("退回待改") if page.pk in returned else _t("继续起草"),
            url=_edit(page),
            note=_t("%(department)s，尚未提交负责人审定") % {"department": page.department},
            urgent=page.pk in returned,
        )
        for page in waiting
    ]


def _reviews(page_ids: list[int]) -> dict[int, str]:
    """Page -> status of its latest review."""
    rows = WorkflowState.objects.filter(
        content_type=ContentType.objects.get_for_model(ConsultationPage),
        object_id__in=[str(pk) for pk in page_ids],
    )
    return {int(pk): status for pk, status in rows.order_by("pk").values_list("object_id", "status")}


def to_screen(duties: Duties, at: dt.datetime) -> list[Todo]:
    """For the moderator: one line per consultation with comments nobody has read yet."""
    if not duties.has(Role.MODERATOR):
        return []
    rows = (
        PublicComment.objects.order_by()
        .filter(screening=Screening.RECEIVED)
        .values("consultation_id", "consultation__title")
        .annotate(number=Count("pk"))
        .order_by("-number", "consultation_id")
    )
    return [
        Todo(
            title=row["consultation__title"],
            text=ngettext("审核 %(n)d 条意见", "审核 %(n)d 条意见", row["number"]) % {"n": row["number"]},
            url=f"{reverse('screening_admin:index')}?consultation={row['consultation_id']}",
        )
        for row in rows
    ]


def outcomes(duties: Duties, at: dt.datetime) -> list[Todo]:
    """Closed consultations without an outcome: drafters decide what is left, then heads publish; overdue ones first."""
    departments = duties.departments(Role.DRAFTER, Role.HEAD)
    if not departments:
        return []
    kept = ~Q(public_comments__screening=Screening.WITHDRAWN)
    loose = Q(public_comments__disposition__isnull=True, public_comments__theme__disposition__isnull=True)
    pages = (
        ConsultationPage.objects.in_state(
            ConsultationState.AWAITING_OUTCOME, ConsultationState.OVERDUE, at=at
        )
        .filter(department__in=departments)
        .select_related("department", "outcome")
        .annotate(undecided=Count("public_comments", filter=kept & loose))
        .order_by("outcome_due_on", "pk")
    )
    return [_outcome(page, duties, at) for page in pages]


def _outcome(page: ConsultationPage, duties: Duties, at: dt.datetime) -> Todo:
    undecided: int = page.undecided
    heads = duties.holds(Role.HEAD, page.department_id)
    if undecided and duties.holds(Role.DRAFTER, page.department_id):
        text = ngettext("处理 %(n)d 条意见", "处理 %(n)d 条意见", undecided) % {"n": undecided}
    elif undecided:
        text = ngettext("督促处理 %(n)d 条意见", "督促处理 %(n)d 条意见", undecided) % {"n": undecided}
    else:
        text = _t("公布采纳情况") if heads else _t("意见已处理完，等待负责人公布")
    name = "outcomes_admin:publish" if heads and not undecided else "outcomes_admin:workbench"
    due = page.outcome_due_on
    near = due is not None and due - timezone.localdate(at) <= NEAR
    return Todo(page.title, text, reverse(name, args=[page.pk]), _due_note(page, at), urgent=near)


def _due_note(page: ConsultationPage, at: dt.datetime) -> str:
    """When the outcome is due, or for how long it has been."""
    if late := page.days_overdue(at):
        overdue = ngettext("已逾期 %(n)d 天", "已逾期 %(n)d 天", late) % {"n": late}
        return f"{page.department} · {overdue}"
    if page.outcome_due_on is None:
        return str(page.department)
    due = _t("应于%(day)s前公布") % {"day": day_text(page.outcome_due_on)}
    return f"{page.department} · {due}"


def _edit(page: ConsultationPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _day(moment: dt.datetime) -> str:
    return day_text(timezone.localdate(moment))
