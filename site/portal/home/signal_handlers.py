"""A step of a review begins or a review ends: people are told once the transaction is committed. Only keys leave here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

if TYPE_CHECKING:
    from portal.organisations.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    task_submitted.connect(step_begins, sender=TaskState, dispatch_uid="home.review_mail")
    for signal, outcome in ((workflow_approved, "approved"), (workflow_rejected, "rejected")):
        # Wagtail's receiver of this name mails within the transaction; two of one name are never connected.
        uid = f"workflow_state_{outcome}_email_notification"
        signal.disconnect(sender=WorkflowState, dispatch_uid=uid)
        signal.connect(review_ends, sender=WorkflowState, dispatch_uid=uid)


def step_begins(instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    from portal.home.tasks import announce_step

    task_state_id, acting_user_id = instance.pk, user.pk if user else None
    # The review must not wait for a queue that is down; the to-do list shows the step all the same.
    transaction.on_commit(
        lambda: announce_step.delay(task_state_id=task_state_id, acting_user_id=acting_user_id), robust=True
    )


def review_ends(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    from portal.home.tasks import tell_requester

    workflow_state_id, status, acting_user_id = instance.pk, instance.status, user.pk if user else None
    # A mail server that is down must undo no signature, and a decision that is rolled back is told to nobody.
    transaction.on_commit(
        lambda: tell_requester.delay(
            workflow_state_id=workflow_state_id, status=status, acting_user_id=acting_user_id
        ),
        robust=True,
    )
