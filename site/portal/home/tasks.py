"""Work of the worker: mail to the reviewers of a step, one task for each mail, so that one refused address delays no other."""

from __future__ import annotations

from celery import shared_task

from portal.home import review_mail


@shared_task(ignore_result=True)
def announce_step(*, task_state_id: int, acting_user_id: int | None) -> int:
    """Start a mail to each reviewer of the step, once. Returns how many."""
    told = review_mail.announce(task_state_id=task_state_id, acting_user_id=acting_user_id)
    for user_id in told:
        tell_reviewer.delay(task_state_id=task_state_id, user_id=user_id)
    return len(told)


@shared_task(ignore_result=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def tell_reviewer(*, task_state_id: int, user_id: int) -> bool:
    """Send one mail. Returns whether it was still needed."""
    return review_mail.tell(task_state_id=task_state_id, user_id=user_id)


@shared_task(ignore_result=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def tell_requester(*, workflow_state_id: int, status: str, acting_user_id: int | None) -> bool:
    """Send the mail about the end of a review. Returns whether it was still needed."""
    return review_mail.tell_requester(
        workflow_state_id=workflow_state_id, status=status, acting_user_id=acting_user_id
    )
