"""What subscribers do: subscribe, confirm, change, stop. Nobody learns whether an address subscribes already."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from portal.organisations.models import User
from search.alerts import journal
from search.alerts.enums import LETTERS, LIVING, AlertStatus, Frequency, MailKind
from search.alerts.models import AlertContact, AlertMail, SearchAlert
from search.alerts.outbox import queue_mail
from search.alerts.rules import RULES
from search.alerts.searches import digest_of, parameters_of
from search.alerts.tokens import CONFIRM_DAYS
from search.query import SearchQuery

#: Living alerts of one address, and letters typed into the form that one address gets in a day.
MAX_ALERTS, MAX_LETTERS = 50, 5
#: Hour at which alerts are due, Asia/Shanghai, and the minutes over which they are spread.
DUE_HOUR, SPREAD_MINUTES = 7, 60
_PERIOD = {Frequency.DAILY: dt.timedelta(days=1), Frequency.WEEKLY: dt.timedelta(days=7)}


def contact_key(email: str) -> str:
    """The keyed digest by which an address is found again, however it is capitalised.

    Lower case and no more: folded, straße.example would be strasse.example, and that is somebody else.
    """
    return salted_hmac("alerts.contact", email.strip().lower(), algorithm="sha256").hexdigest()


def next_due(frequency: str, at: dt.datetime) -> dt.datetime:
    """The morning of the next day or of the day a week later; minutes differ, so that not all are due at once."""
    day = timezone.localdate(at + _PERIOD[Frequency(frequency)])
    minute = secrets.randbelow(SPREAD_MINUTES)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(DUE_HOUR, minute)))


@transaction.atomic
def subscribe(
    *, email: str, query: SearchQuery, frequency: str, language: str, at: dt.datetime | None = None
) -> None:
    """Keep a pending alert and send a letter to confirm it; what the caller sees is always the same.

    Who subscribes already is told so by letter. An address gets `MAX_LETTERS` such letters a day, then none.
    """
    now = at or timezone.now()
    contact, _created = AlertContact.objects.get_or_create(
        key=contact_key(email), defaults={"email": email.strip(), "created_at": now}
    )
    AlertContact.objects.select_for_update().get(pk=contact.pk)
    day_ago = now - dt.timedelta(days=1)
    letters = AlertMail.objects.filter(alert__contact=contact, kind__in=LETTERS, created_at__gt=day_ago)
    if letters.count() >= MAX_LETTERS:
        return
    parameters = parameters_of(query)
    alert = contact.alerts.filter(digest=digest_of(parameters)).first()
    living = contact.alerts.filter(status__in=LIVING)
    if (alert is None or alert.status not in LIVING) and living.count() >= MAX_ALERTS:
        queue_mail(alert=living.earliest("pk"), kind=MailKind.FULL, at=now)
        return
    if alert is None:
        alert = SearchAlert(contact=contact, parameters=parameters, digest=digest_of(parameters))
    if alert.status != AlertStatus.CONFIRMED:
        alert.status, alert.created_at, alert.stopped_at = AlertStatus.PENDING, now, None
        alert.frequency, alert.language = frequency, language
        alert.save()
    confirmed = alert.status == AlertStatus.CONFIRMED
    queue_mail(alert=alert, kind=MailKind.EXISTING if confirmed else MailKind.CONFIRM, at=now)


@transaction.atomic
def confirm(*, alert: SearchAlert, at: dt.datetime | None = None) -> SearchAlert:
    """From now on the alert is sent what is new. Confirming twice is harmless.

    Raises ValidationError when it was stopped, or its time to be confirmed is over.
    """
    now = at or timezone.now()
    alert = SearchAlert.objects.select_for_update().get(pk=alert.pk)
    if alert.status == AlertStatus.CONFIRMED:
        return alert
    if alert.status != AlertStatus.PENDING:
        raise ValidationError(_("这项订阅已经停止。如果仍然需要，请重新订阅。"))
    if alert.created_at < now - dt.timedelta(days=CONFIRM_DAYS):
        raise ValidationError(_("确认链接已经过期，请重新订阅。"))
    alert.status, alert.confirmed_at = AlertStatus.CONFIRMED, now
    _start_here(alert, now)
    alert.save()
    AlertContact.objects.filter(pk=alert.contact_id).update(refused=0)
    return alert


@transaction.atomic
def stop(*, alert: SearchAlert, at: dt.datetime | None = None) -> SearchAlert:
    """No more mail for this alert, at once and from whatever state; what waits to be sent is cancelled when its turn comes."""
    alert = SearchAlert.objects.select_for_update().get(pk=alert.pk)
    if alert.status in LIVING:
        alert.status, alert.stopped_at, alert.next_due_at = AlertStatus.STOPPED, at or timezone.now(), None
        alert.save(update_fields=["status", "stopped_at", "next_due_at"])
    return alert


@transaction.atomic
def stop_all(*, contact: AlertContact, at: dt.datetime | None = None) -> int:
    """Stop every alert of an address; returns how many were stopped."""
    living = list(contact.alerts.filter(status__in=LIVING))
    for alert in living:
        stop(alert=alert, at=at)
    return len(living)


@transaction.atomic
def change_alert(
    *, alert: SearchAlert, query: SearchQuery, frequency: str, at: dt.datetime | None = None
) -> SearchAlert:
    """Change what a confirmed alert looks for and how often; another search starts with what is new from now on.

    Raises ValidationError when it is not confirmed or the address has an alert for that search already.
    """
    now = at or timezone.now()
    # Two alerts of one address changed at once must not both become the same search.
    AlertContact.objects.select_for_update().get(pk=alert.contact_id)
    alert = SearchAlert.objects.select_for_update().get(pk=alert.pk)
    if alert.status != AlertStatus.CONFIRMED:
        raise ValidationError(_("这项订阅没有生效，不能修改。"))
    parameters = parameters_of(query)
    digest = digest_of(parameters)
    if SearchAlert.objects.filter(contact=alert.contact_id, digest=digest).exclude(pk=alert.pk).exists():
        raise ValidationError(_("您已经订阅了这项检索。"))
    if digest != alert.digest:
        alert.parameters, alert.digest = parameters, digest
        _start_here(alert, now)
    if frequency != alert.frequency:
        alert.frequency, alert.next_due_at = frequency, next_due(frequency, now)
    alert.save()
    return alert


@transaction.atomic
def stop_for_reader(*, alert: SearchAlert, user: User, at: dt.datetime | None = None) -> SearchAlert:
    """Stop an alert for somebody who asked the office to; the entry in the log names no address. Raises PermissionDenied."""
    if not RULES["stop_alert"](user):
        raise PermissionDenied(_("您没有管理检索订阅的权限。"))
    stopped = stop(alert=alert, at=at)
    log(instance=stopped, action="yanlu.alert_stopped", user=user, data={"alert": stopped.pk})
    return stopped


def _start_here(alert: SearchAlert, now: dt.datetime) -> None:
    alert.checked_until, alert.journal_position = now, journal.position_now()
    alert.next_due_at = next_due(alert.frequency, now)
