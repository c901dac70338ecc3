"""A step of a review begins: its reviewers are told once the transaction is committed. Only keys leave here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.models import TaskState
from wagtail.signals import task_submitted

if TYPE_CHECKING:
    from portal.organisations.models import User


def connect() -> None:
    """Called once, when the app is ready."""
    task_submitted.connect(step_begins, sender=TaskState, dispatch_uid="home.review_mail")


def step_begins(instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    from portal.home.tasks import announce_step

    task_state_id, acting_user_id = instance.pk, user.pk if user else None
    # The review must not wait for a queue that is down; the to-do list shows the step all the same.
    transaction.on_commit(
        lambda: announce_step.delay(task_state_id=task_state_id, acting_user_id=acting_user_id), robust=True
    )
