"""What the clock does: personal data and unconfirmed comments are deleted when their time is over (decision 10)."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from consultations.models import CommentContact, PendingComment

logger = logging.getLogger(__name__)


def purge_contacts(at: dt.datetime | None = None) -> int:
    """Delete contact details whose retention period ended before the day of `at`; returns how many."""
    _total, by_model = CommentContact.objects.filter(purge_after__lt=timezone.localdate(at)).delete()
    deleted = by_model.get(CommentContact._meta.label, 0)
    if deleted:
        logger.info("contact details purged: %d", deleted)
    return deleted


def purge_pending(at: dt.datetime | None = None) -> int:
    """Delete what was typed and never confirmed in time, and the emptied rows of what was; returns how many."""
    _total, by_model = PendingComment.objects.expired(at).delete()
    deleted = by_model.get(PendingComment._meta.label, 0)
    if deleted:
        logger.info("pending comments purged: %d", deleted)
    return deleted


@shared_task(name="consultations.tasks.purge_contacts")
def purge_contacts_task() -> None:
    purge_contacts()


@shared_task(name="consultations.tasks.purge_pending")
def purge_pending_task() -> None:
    purge_pending()
