"""What the clock and the worker do for alerts. Tasks carry keys at most: the rows are the queue."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from search.alerts import delivery, missed, outbox
from search.alerts.enums import AlertStatus, MailStatus
from search.alerts.models import AlertContact, AlertMail, SearchAlert
from search.alerts.tokens import CONFIRM_DAYS

logger = logging.getLogger(__name__)
#: Days a stopped alert is kept (to answer "I did stop it"), and a mail, by which nothing is told twice.
KEEP_STOPPED_DAYS, KEEP_MAIL_DAYS = 30, 90
_OPEN = (MailStatus.WAITING, MailStatus.SENDING)


@transaction.atomic
def purge(at: dt.datetime | None = None) -> int:
    """Delete what was never confirmed, what was stopped long ago, addresses without alerts and old mails.

    Returns the number of addresses deleted.
    """
    now = at or timezone.now()
    SearchAlert.objects.filter(
        status=AlertStatus.PENDING, created_at__lt=now - dt.timedelta(days=CONFIRM_DAYS)
    ).delete()
    ended = SearchAlert.objects.filter(status__in=[AlertStatus.STOPPED, AlertStatus.BOUNCED])
    ended.filter(stopped_at__lt=now - dt.timedelta(days=KEEP_STOPPED_DAYS)).delete()
    old = AlertMail.objects.filter(created_at__lt=now - dt.timedelta(days=KEEP_MAIL_DAYS))
    old.exclude(status__in=_OPEN).delete()
    _total, by_model = AlertContact.objects.filter(alerts__isnull=True).delete()
    deleted = by_model.get(AlertContact._meta.label, 0)
    if deleted:
        logger.info("addresses of alerts purged: %d", deleted)
    return deleted


@shared_task(name="search.alerts.tasks.run_due", ignore_result=True)
def run_due_task() -> None:
    report = delivery.run_due()
    if report.checked:
        logger.info("alerts: %s", report)


@shared_task(name="search.alerts.tasks.send_due", ignore_result=True)
def send_due_task() -> None:
    outbox.send_due()


@shared_task(name="search.alerts.tasks.send_mail", ignore_result=True)
def send_mail_task(pk: int) -> None:
    outbox.send(pk)


@shared_task(name="search.alerts.tasks.purge", ignore_result=True)
def purge_task() -> None:
    purge()
    missed.purge()


@shared_task(name="search.alerts.tasks.count_missed", ignore_result=True)
def count_missed_task(text: str, parameters: str, masked: bool) -> None:
    missed.count(missed.Miss(text, parameters, masked))
