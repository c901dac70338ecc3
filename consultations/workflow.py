"""Drafter submits, head opens: Wagtail's workflow with one task of our own, for every consultation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState, Workflow, WorkflowTask

from portal.organisations.enums import Role
from portal.organisations.rules import departments_of, has_role, holders_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.organisations.models import User

WORKFLOW_NAME = _("征求意见审批")
TASK_NAME = _("部门负责人审定后公开征求意见")


class OpeningTask(Task):
    """The head of the drafting department opens it or sends it back. An administrator cannot do it for them."""

    #: Read by `portal.home.todo`: Wagtail's own list need not repeat what the to-do list shows.
    listed_in_todo: ClassVar[bool] = True

    class Meta:
        verbose_name = _("公开征求意见审定")
        verbose_name_plural = _("公开征求意见审定")

    def reviewers(self, page: Any) -> QuerySet[User]:
        """The heads of the drafting department."""
        return holders_of(Role.HEAD, page.department)

    def review_path(self, page: Any) -> str:
        return reverse("wagtailadmin_pages:edit", args=[page.pk])

    def review_label(self) -> str:
        return str(self._meta.verbose_name)

    def user_can_access_editor(self, obj: Any, user: User) -> bool:
        return _head_may_act(obj, user)

    def get_actions(self, obj: Any, user: User) -> list[tuple[str, Any, bool]]:
        """Sending back is always possible, opening only when nothing is missing."""
        from consultations.gate import obstacles

        if not _head_may_act(obj, user):
            return []
        actions: list[tuple[str, Any, bool]] = [("reject", _("退回修改"), True)]
        if not obstacles(obj.specific.get_latest_revision_as_object()):
            actions.append(("approve", _("审定并公开征求意见"), False))
        return actions

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> Any:
        """Do it for the draft as it is now: what the head has before them is its latest version.

        Raises PermissionDenied when the action is not theirs, or no longer possible after an edit made with it.
        """
        page = task_state.workflow_state.content_object.specific
        if action_name not in [name for name, _label, _modal in self.get_actions(page, user)]:
            raise PermissionDenied
        task_state.revision = page.get_latest_revision()
        task_state.save(update_fields=["revision"])
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        from consultations.models import ConsultationPage

        mine = ConsultationPage.objects.filter(department__in=departments_of(user, Role.HEAD))
        ids = [str(pk) for pk in mine.values_list("pk", flat=True)]
        return TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS, task=self, workflow_state__object_id__in=ids
        )

    @classmethod
    def get_description(cls) -> str:
        return str(_("由起草部门负责人审定；内容不齐的不能公开"))


def _head_may_act(obj: Any, user: User) -> bool:
    """Wagtail asks with the page as its base class too, and about any page an administrator gave this workflow to."""
    from consultations.models import ConsultationPage

    page = obj.specific
    if not isinstance(page, ConsultationPage) or page.department is None:
        return False
    return has_role(user, Role.HEAD, page.department)


def opening_workflow() -> Workflow | None:
    """The active workflow that holds the opening task, or None when an administrator switched it off."""
    return (
        Workflow.objects.filter(
            active=True, workflow_tasks__task__content_type__model=OpeningTask._meta.model_name
        )
        .order_by("pk")
        .first()
    )


@transaction.atomic
def ensure_opening_workflow(**_kwargs: Any) -> None:
    """Create workflow and task where there is none. Runs after every migrate; a deactivated one stays so."""
    if OpeningTask.objects.exists():
        return
    task = OpeningTask.objects.create(name=str(TASK_NAME))
    workflow = Workflow.objects.create(name=str(WORKFLOW_NAME))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
