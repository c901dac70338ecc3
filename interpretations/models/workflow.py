"""The four steps of review as Wagtail tasks: legality, secrecy, the head's joint sign-off, the office (H§9, H§12).

A task only asks and answers; what signing or returning does is in the services, reached by the `review_decided` signal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState, WorkflowState

from interpretations.enums import SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.forms import FinalSignForm, ReturnForm, SignForm
from interpretations.gate import content_obstacles
from interpretations.gate.signatures import valid_kinds
from interpretations.locks import ReviewLock
from interpretations.models.policy import PolicyDocumentPage
from interpretations.rules import SIGNING_ORDER, SIGNING_ROLE, may_review, may_sign, required_kinds
from interpretations.signals import policy_submitted, review_decided
from portal.organisations.enums import GOVERNMENT_WIDE_ROLES
from portal.organisations.models import User
from portal.organisations.rules import departments_of, has_role, holders_of

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet

    from portal.home.models import BasePage

APPROVE, REJECT = "approve", "reject"


def under_review(page: BasePage) -> PolicyDocumentPage:
    """The content that is read and signed: the latest revision in the database, whatever is live or in memory."""
    stored = PolicyDocumentPage.objects.get(pk=page.pk)
    revision = stored.get_latest_revision()
    return revision.as_object() if revision else stored


class ReviewTask(Task):
    """One step of review. Nobody edits a bundle while it is being reviewed: what is signed is what was submitted."""

    kind: ClassVar[SignOffKind]
    sign_form: ClassVar[type[forms.Form]] = SignForm
    lock_class = ReviewLock
    #: Read by `portal.home.todo`: Wagtail's own list need not repeat what the to-do list shows.
    listed_in_todo: ClassVar[bool] = True

    class Meta:
        abstract = True

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        """Ask for this sign-off, or pass over it when it is not needed or already holds.

        Raises PublicationBlocked when a bundle whose content is incomplete is submitted (H§9 退文, prevented early).
        """
        page = under_review(workflow_state.content_object)
        entering = workflow_state.current_task_state is None
        if entering:
            if missing := content_obstacles(page):
                raise PublicationBlocked(missing, title=page.title)
            policy_submitted.send(sender=type(page), page=page, user=user)
        status = self._status_at_start(page, entering=entering)
        if status == TaskState.STATUS_IN_PROGRESS:
            return super().start(workflow_state, user=user)
        return self._closed_state(workflow_state, page, status)

    def _status_at_start(self, page: PolicyDocumentPage, *, entering: bool) -> str:
        required = required_kinds(page)
        if self.kind not in required:
            return TaskState.STATUS_SKIPPED
        valid = valid_kinds(page)
        if self.kind in valid and self.kind != required[-1]:
            # The last signature is always given afresh, because it is the one that releases.
            return TaskState.STATUS_SKIPPED
        earlier = SIGNING_ORDER[: SIGNING_ORDER.index(self.kind)]
        if entering and not valid.issuperset(earlier):
            # Resumed here after a return, but the edit voided earlier signatures: those come first again.
            return TaskState.STATUS_CANCELLED
        return TaskState.STATUS_IN_PROGRESS

    def _closed_state(
        self, workflow_state: WorkflowState, page: PolicyDocumentPage, status: str
    ) -> TaskState:
        state = self.get_task_state_class()(workflow_state=workflow_state)
        state.status = status
        state.revision = page.get_latest_revision()
        state.task = self
        state.save()
        return state

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> None:
        """Hand the decision to the services."""
        review_decided.send(
            sender=type(self), task_state=task_state, user=user, action=action_name, data=kwargs
        )

    def get_actions(self, obj: BasePage, user: User) -> list[tuple[str, Any, bool]]:
        """Signing and returning, each with a form; nothing for anybody who may not sign this step."""
        if not may_sign(user, self.kind, under_review(obj)):
            return []
        return [(REJECT, _("退文"), True), (APPROVE, self.kind.label, True)]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReturnForm if action == REJECT else self.sign_form

    def get_template_for_action(self, action: str) -> str:
        return "interpretations/admin/review_modal.html"

    def reviewers(self, page: BasePage) -> QuerySet[User]:
        """Everybody who may sign this step of `page` today."""
        department = under_review(page).lead_department
        return holders_of(SIGNING_ROLE[self.kind], department) if department else User.objects.none()

    def review_path(self, page: BasePage) -> str:
        return reverse("policy_review", args=[page.pk])

    def review_label(self) -> str:
        return str(self.kind.label)

    def user_can_access_editor(self, obj: BasePage, user: User) -> bool:
        return may_review(user, under_review(obj))

    def locked_for_user(self, obj: BasePage, user: User) -> bool:
        return True

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        """Open states of this step that `user` may decide, for Wagtail's own dashboard."""
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        role = SIGNING_ROLE[self.kind]
        if role in GOVERNMENT_WIDE_ROLES:
            return states if has_role(user, role) else states.none()
        pages = PolicyDocumentPage.objects.filter(lead_department__in=departments_of(user, role))
        return states.filter(
            workflow_state__object_id__in=[str(pk) for pk in pages.values_list("pk", flat=True)]
        )

    @classmethod
    def get_description(cls) -> Any:
        return _("由“%(role)s”办理") % {"role": SIGNING_ROLE[cls.kind].label}


class LegalityReviewTask(ReviewTask):
    kind = SignOffKind.LEGALITY

    class Meta:
        verbose_name = _("合法性审核环节")
        verbose_name_plural = _("合法性审核环节")


class SecrecyReviewTask(ReviewTask):
    kind = SignOffKind.SECRECY

    class Meta:
        verbose_name = _("保密审查环节")
        verbose_name_plural = _("保密审查环节")


class JointSignOffTask(ReviewTask):
    """The head signs document, plan and materials at once (三同步)."""

    kind = SignOffKind.JOINT

    class Meta:
        verbose_name = _("同步审签环节")
        verbose_name_plural = _("同步审签环节")


class OfficeAcceptanceTask(ReviewTask):
    """Only for what is issued in the government's name; otherwise passed over."""

    kind = SignOffKind.OFFICE
    sign_form = FinalSignForm

    class Meta:
        verbose_name = _("办公厅（室）核收环节")
        verbose_name_plural = _("办公厅（室）核收环节")
