"""The clock's part: which alerts are due, what is new for them, one mail each. Nothing is lost and nothing told twice.

The mail's row and the alert's new position in the journal are written in one transaction, on condition that nobody else
moved the position; a crash before leaves the alert due, a crash after leaves the row waiting.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from search.alerts import journal
from search.alerts.enums import UNDELIVERED, AlertStatus, MailKind, MailStatus
from search.alerts.journal import Journal
from search.alerts.models import AlertMail, SearchAlert
from search.alerts.outbox import queue_mail
from search.alerts.searches import matching
from search.alerts.services import next_due
from search.archive.models import NormativeDocument
from search.engines.base import EngineUnavailable
from search.query import ParameterError

logger = logging.getLogger(__name__)
#: Alerts looked at in one run, and documents of a mail that are remembered one by one.
BATCH, MAX_RECORDED = 500, 1_000
#: Alerts in a row the index does not answer before the rest are left for the next run.
MAX_UNANSWERED = 3
#: What a reader would notice if it changed.
_NOTICED = (
    "title", "document_number", "issuing_authority", "published_on", "effective_on", "valid_until", "amended_on",
    "repealed_on", "lapsed", "validity_confirmed", "text",
)  # fmt: skip


@dataclass(frozen=True)
class RunReport:
    """Alerts looked at, mails queued, and whether the index could not answer (the rest is then still due).

    `failed` alerts stay due too: something is wrong with them alone, the log says what.
    """

    checked: int = 0
    queued: int = 0
    unavailable: bool = False
    failed: int = 0


def run_due(at: dt.datetime | None = None) -> RunReport:
    """Look at every alert that is due. While the index cannot answer, alerts stay due: that is not "nothing new".

    One alert that cannot be looked at keeps nobody else waiting.
    """
    now = at or timezone.now()
    due = list(
        SearchAlert.objects.filter(status=AlertStatus.CONFIRMED, next_due_at__lte=now)
        .select_related("contact")
        .order_by("next_due_at", "pk")[:BATCH]
    )
    if not due:
        return RunReport()
    changes = journal.read(start=min(alert.journal_position for alert in due), at=now)
    checked = queued = failed = unanswered = in_a_row = 0
    for alert in due:
        try:
            queued += _check(alert, changes, now)
        except EngineUnavailable as error:
            logger.warning("alert %d waits for the index: %s", alert.pk, error)
            unanswered, in_a_row = unanswered + 1, in_a_row + 1
            if in_a_row >= MAX_UNANSWERED:
                break
        except Exception:
            logger.exception("alert %d could not be looked at", alert.pk)
            failed += 1
        else:
            checked, in_a_row = checked + 1, 0
    return RunReport(checked, queued, unavailable=bool(unanswered), failed=failed)


def _check(alert: SearchAlert, changes: Journal, now: dt.datetime) -> bool:
    """Look for what is new for one alert; True when a mail was queued."""
    since = alert.checked_until or alert.created_at
    carried = list(alert.mails.filter(kind=MailKind.FOUND, status__in=UNDELIVERED))
    candidates = changes.after(alert.journal_position, since)
    candidates.update(int(row[0]) for mail in carried for row in mail.documents)
    try:
        found = matching(alert.query, candidates, at=now) if candidates else []
    except ParameterError:
        logger.error("alert %d holds a search that is no longer valid", alert.pk)
        found = []
    rows = _untold(alert, found, since)
    with transaction.atomic():
        if not _advance(alert, changes, now):
            return False
        AlertMail.objects.filter(pk__in=[mail.pk for mail in carried]).update(status=MailStatus.CARRIED)
        if rows:
            queue_mail(
                alert=alert, kind=MailKind.FOUND, at=now, documents=rows[:MAX_RECORDED], total=len(rows)
            )
    return bool(rows)


def _advance(alert: SearchAlert, changes: Journal, now: dt.datetime) -> bool:
    """Move the alert on; False when another worker was faster or the alert was stopped or changed meanwhile."""
    unmoved = SearchAlert.objects.filter(
        pk=alert.pk,
        status=AlertStatus.CONFIRMED,
        digest=alert.digest,
        journal_position=alert.journal_position,
        next_due_at=alert.next_due_at,
    )
    return bool(
        unmoved.update(
            journal_position=max(changes.position, alert.journal_position),
            checked_until=max(changes.until, alert.checked_until or changes.until),
            next_due_at=next_due(alert.frequency, now),
        )
    )


def _untold(alert: SearchAlert, found: list[int], since: dt.datetime) -> list[list[object]]:
    """`[id, changed, fingerprint]` of each document that no kept mail has told in this state, newest first."""
    if not found:
        return []
    delivered = alert.mails.filter(kind=MailKind.FOUND).exclude(status__in=[*UNDELIVERED, MailStatus.CARRIED])
    told = {(row[0], row[2]) for rows in delivered.values_list("documents", flat=True) for row in rows}
    rows = []
    documents = NormativeDocument.objects.visible().filter(pk__in=found).order_by("-published_on", "-pk")
    for pk, created_at, *noticed in documents.values_list("pk", "created_at", *_NOTICED):
        fingerprint = hashlib.sha256(repr(noticed).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if (pk, fingerprint) not in told:
            rows.append([pk, created_at <= since, fingerprint])
    return rows
