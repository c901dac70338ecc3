"""Mail to whoever must act next in a review: once for each step, in their language, unless they switched such mail off.

Wagtail tells only the groups of its own approval tasks. A step of ours says by itself who may take it (`ReviewStep`).
The mail names document, step and address: nobody's name, nothing of the content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin.mail import WorkflowStateApprovalEmailNotifier, WorkflowStateRejectionEmailNotifier
from wagtail.log_actions import log
from wagtail.models import PageLogEntry, TaskState, WorkflowState
from wagtail.users.models import UserProfile

from portal.home.models import BasePage

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.organisations.models import User

ANNOUNCED = "yanlu.review.announced"
#: What Wagtail writes when a review ends in this status.
_ENDINGS = {
    WorkflowState.STATUS_APPROVED: WorkflowStateApprovalEmailNotifier,
    WorkflowState.STATUS_NEEDS_CHANGES: WorkflowStateRejectionEmailNotifier,
}


@runtime_checkable
class ReviewStep(Protocol):
    """A task of a review whose reviewers are told when it is their turn."""

    def reviewers(self, page: Any) -> QuerySet[User]:
        """Everybody who may take this step for `page` today."""

    def review_path(self, page: Any) -> str:
        """Address of the screen on which they take it."""

    def review_label(self) -> str:
        """What the step is called, in the active language."""


def announce(*, task_state_id: int, acting_user_id: int | None) -> list[int]:
    """Note in the page's history that the reviewers of this step are told, and return their keys; none the second time.

    Whoever has just acted needs no mail about it; a step that is decided by now, or whose page is gone, needs none at all.
    """
    with transaction.atomic():
        turn = _turn(TaskState.objects.select_for_update(), task_state_id)
        told_before = PageLogEntry.objects.filter(action=ANNOUNCED, data__task_state=task_state_id)
        if turn is None or told_before.filter(page=turn.page.pk).exists():
            return []
        told = [pk for pk in _willing(turn).values_list("pk", flat=True) if pk != acting_user_id]
        data = {"task_state": task_state_id, "step": turn.name, "number": len(told)}
        log(instance=turn.page, action=ANNOUNCED, data=data)
    return told


def tell(*, task_state_id: int, user_id: int) -> bool:
    """Send the mail to one reviewer. False when the step was decided meanwhile or is not theirs any more.

    Raises OSError when the mail server does not take it; the caller tries again.
    """
    turn = _turn(TaskState.objects.all(), task_state_id)
    user = _willing(turn).filter(pk=user_id).first() if turn else None
    if turn is None or user is None:
        return False
    with translation.override(UserProfile.get_for_user(user).get_preferred_language()):
        # A title may hold line breaks if a script wrote it; a subject may not.
        facts = {
            "step": turn.step.review_label(),
            "title": " ".join(turn.page.draft_title.split()),
            "url": _absolute(turn.step.review_path(turn.page)),
            "account": _absolute(reverse("wagtailadmin_account")),
        }
        subject = _("等您办理“%(step)s”：%(title)s") % facts
        text = _(
            "《%(title)s》到了“%(step)s”环节，等您办理：\n%(url)s\n\n"
            "不想再收到这类邮件，可以在账户设置里关闭有关送审的通知：\n%(account)s\n"
        )
        send_mail(subject, text % facts, None, [user.email])
    return True


def tell_requester(*, workflow_state_id: int, status: str, acting_user_id: int | None) -> bool:
    """Wagtail's mail to whoever asked for a review: approved, or returned with the comment. False when it went on since.

    Raises OSError when the mail server cannot be reached; the caller tries again.
    """
    state = WorkflowState.objects.filter(pk=workflow_state_id, status=status).first()
    if state is None or state.content_object is None:
        return False
    notify = _ENDINGS[status]()
    notify(instance=state, user=get_user_model().objects.filter(pk__in=[acting_user_id]).first())
    return True


@dataclass(frozen=True)
class _Turn:
    """A step that waits for somebody; `name` is what the administrator called its task."""

    step: ReviewStep
    page: BasePage
    name: str


def _turn(states: QuerySet[TaskState], task_state_id: int) -> _Turn | None:
    """None when it is decided, when its task is none of ours, or when its page is gone."""
    state = states.filter(pk=task_state_id, status=TaskState.STATUS_IN_PROGRESS).first()
    if state is None:
        return None
    task, page = state.task.specific, state.workflow_state.content_object
    if not isinstance(task, ReviewStep) or not isinstance(page, BasePage):
        return None
    return _Turn(task, page.specific, state.task.name)


def _willing(turn: _Turn) -> QuerySet[User]:
    """Reviewers with an address who did not switch off Wagtail's notifications of submissions."""
    able = turn.step.reviewers(turn.page).filter(is_active=True).exclude(email="")
    return able.exclude(wagtail_userprofile__submitted_notifications=False)


def _absolute(path: str) -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
