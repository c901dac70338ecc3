"""Mails as rows: queued with what causes them, sent by a task, tried again, never sent twice.

A row is claimed before its mail is handed over. A worker that dies in between leaves it `SENDING`; nobody can know
whether the mail left, so it becomes `INTERRUPTED`, and what it announced goes along with the next mail.
"""

from __future__ import annotations

import datetime as dt
import logging
from smtplib import SMTPException, SMTPRecipientsRefused

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from search.alerts import mails
from search.alerts.enums import LETTERS, AlertStatus, MailKind, MailStatus
from search.alerts.models import AlertContact, AlertMail, SearchAlert
from search.query import ParameterError

logger = logging.getLogger(__name__)
#: Minutes until the next attempt, by the number of attempts made; after the last one the mail has failed.
RETRY_MINUTES = (5, 15, 60, 240, 720)
#: A claimed row older than this has lost its worker.
CLAIM_LASTS = dt.timedelta(minutes=15)
#: Refusals of the address in a row after which its alerts end.
MAX_REFUSED = 3
#: Mails handed over in one run of the clock.
BATCH = 500
_PERMANENT_FROM = 500


@transaction.atomic
def queue_mail(
    *,
    alert: SearchAlert,
    kind: MailKind,
    at: dt.datetime,
    documents: list[list[object]] | None = None,
    total: int = 0,
) -> AlertMail:
    """Write the row of a mail and, once the transaction commits, wake the worker. A broker that is down loses nothing."""
    mail = AlertMail.objects.create(
        alert=alert, kind=kind, documents=documents or [], total=total, created_at=at, try_at=at
    )
    transaction.on_commit(lambda: _wake(mail.pk), robust=True)
    return mail


def _wake(pk: int) -> None:
    from search.alerts.tasks import send_mail_task

    send_mail_task.delay(pk)


def send(pk: int, at: dt.datetime | None = None) -> MailStatus:
    """Send one waiting mail now. Whatever happens is in its row; never raises for a mail server or an odd document."""
    now = at or timezone.now()
    claimed = AlertMail.objects.filter(pk=pk, status=MailStatus.WAITING, try_at__lte=now)
    if not claimed.update(status=MailStatus.SENDING, try_at=now + CLAIM_LASTS, tries=F("tries") + 1):
        known = AlertMail.objects.filter(pk=pk).values_list("status", flat=True).first()
        # A row that is gone was deleted with its alert.
        return MailStatus(known) if known else MailStatus.CANCELLED
    mail = AlertMail.objects.select_related("alert__contact").get(pk=pk)
    if not _is_wanted(mail):
        return _close(mail, MailStatus.CANCELLED)
    try:
        message = mails.message(mail, at=now)
        message.message()
    except ParameterError:
        return _close(mail, MailStatus.CANCELLED, "search no longer valid")
    except Exception as error:
        # Nothing has left yet, so it is safe to try again; the mails behind it go on.
        logger.exception("alert mail %d could not be written", mail.pk)
        return _again(mail, now, type(error).__name__)
    try:
        message.send()
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        if min(codes, default=_PERMANENT_FROM) >= _PERMANENT_FROM:
            return _refused(mail, now)
        return _again(mail, now, "address not available")
    except (SMTPException, OSError) as error:
        return _again(mail, now, type(error).__name__)
    with transaction.atomic():
        SearchAlert.objects.filter(pk=mail.alert_id).update(last_mail_at=now)
        AlertContact.objects.filter(pk=mail.alert.contact_id).update(refused=0)
        return _close(mail, MailStatus.SENT, at=now)


def send_due(at: dt.datetime | None = None) -> int:
    """Send what waits and is due, and give up rows whose worker died; returns how many were sent."""
    now = at or timezone.now()
    lost = AlertMail.objects.filter(status=MailStatus.SENDING, try_at__lt=now)
    if interrupted := lost.update(status=MailStatus.INTERRUPTED, reason="worker died"):
        logger.warning("alert mails interrupted: %d", interrupted)
    due = AlertMail.objects.filter(status=MailStatus.WAITING, try_at__lte=now).order_by("try_at", "pk")
    outcomes = [send(pk, now) for pk in list(due.values_list("pk", flat=True)[:BATCH])]
    return outcomes.count(MailStatus.SENT)


def _is_wanted(mail: AlertMail) -> bool:
    """Letters go to whoever typed the address; announcements only while the alert is confirmed."""
    if mail.kind == MailKind.CONFIRM:
        return mail.alert.status == AlertStatus.PENDING
    return mail.alert.status == AlertStatus.CONFIRMED or (
        mail.kind in LETTERS and mail.alert.status == AlertStatus.PENDING
    )


def _close(
    mail: AlertMail, status: MailStatus, reason: str = "", at: dt.datetime | None = None
) -> MailStatus:
    mail.status, mail.reason, mail.sent_at = status, reason, at
    mail.save(update_fields=["status", "reason", "sent_at"])
    return status


def _again(mail: AlertMail, now: dt.datetime, reason: str) -> MailStatus:
    if mail.tries > len(RETRY_MINUTES):
        logger.warning("alert mail %d failed: %s", mail.pk, reason)
        return _close(mail, MailStatus.FAILED, reason)
    mail.status, mail.reason = MailStatus.WAITING, reason
    mail.try_at = now + dt.timedelta(minutes=RETRY_MINUTES[mail.tries - 1])
    mail.save(update_fields=["status", "reason", "try_at"])
    return MailStatus.WAITING


@transaction.atomic
def _refused(mail: AlertMail, now: dt.datetime) -> MailStatus:
    """The server knows no such address: after the third time its alerts end, so that nobody writes into the void."""
    contact = AlertContact.objects.select_for_update().get(pk=mail.alert.contact_id)
    contact.refused += 1
    contact.save(update_fields=["refused"])
    if contact.refused >= MAX_REFUSED or mail.kind == MailKind.CONFIRM:
        living = contact.alerts.filter(status__in=(AlertStatus.PENDING, AlertStatus.CONFIRMED))
        living = living.filter(pk=mail.alert_id) if mail.kind == MailKind.CONFIRM else living
        living.update(status=AlertStatus.BOUNCED, stopped_at=now, next_due_at=None)
    return _close(mail, MailStatus.FAILED, "address refused")
