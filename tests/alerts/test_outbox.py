"""Mails are rows: tried again, given up, never sent twice, stopped where an address does not exist."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from search.alerts import outbox, tasks
from search.alerts.enums import AlertStatus, MailKind, MailStatus
from search.alerts.models import AlertContact, AlertMail, MissedSearch, SearchAlert
from search.alerts.outbox import send, send_due
from search.alerts.services import stop
from tests.factories.alerts import AlertFactory, ContactFactory, MailFactory, MissedFactory
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", fail)


def announcement(**values: object) -> AlertMail:
    document = ArchivedDocumentFactory.create()
    return MailFactory.create(documents=[[document.pk, False, "f"]], **values)


def test_a_mail_is_sent_once(django_assert_num_queries: object) -> None:
    row = announcement()
    assert send(row.pk) == MailStatus.SENT
    assert send(row.pk) == MailStatus.SENT
    assert len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.sent_at is not None
    assert row.alert.last_mail_at == row.sent_at


def test_queueing_wakes_the_worker_when_the_transaction_is_through(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    alert = AlertFactory.create(status=AlertStatus.PENDING)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.queue_mail(alert=alert, kind=MailKind.CONFIRM, at=timezone.now())
    assert len(mail.outbox) == 1


def test_a_server_that_is_down_is_tried_again_later_and_in_the_end_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = announcement()
    now = timezone.now()
    with monkeypatch.context() as down:
        failing(down, SMTPServerDisconnected("gone"))
        assert send(row.pk, now) == MailStatus.WAITING
        assert send(row.pk, now) == MailStatus.WAITING
        row.refresh_from_db()
        assert (row.tries, row.reason) == (1, "SMTPServerDisconnected")
        assert row.try_at == now + dt.timedelta(minutes=outbox.RETRY_MINUTES[0])
        for _ in outbox.RETRY_MINUTES:
            now += dt.timedelta(days=1)
            send_due(now)
        row.refresh_from_db()
    assert row.status == MailStatus.FAILED
    assert send_due(now + dt.timedelta(days=1)) == 0
    assert mail.outbox == []


def test_a_mail_that_came_through_at_the_second_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    row = announcement()
    with monkeypatch.context() as down:
        failing(down, ConnectionRefusedError())
        send(row.pk)
    assert send_due(timezone.now() + dt.timedelta(hours=1)) == 1
    assert len(mail.outbox) == 1


def test_a_worker_that_died_while_sending_does_not_send_again() -> None:
    row = announcement(status=MailStatus.SENDING, try_at=timezone.now() - dt.timedelta(minutes=1))
    assert send_due() == 0
    row.refresh_from_db()
    assert row.status == MailStatus.INTERRUPTED
    assert mail.outbox == []


def test_one_that_is_being_sent_is_left_alone() -> None:
    row = announcement(status=MailStatus.SENDING, try_at=timezone.now() + dt.timedelta(minutes=5))
    send_due()
    row.refresh_from_db()
    assert row.status == MailStatus.SENDING


def test_an_address_that_does_not_exist_ends_its_alerts_after_three_refusals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing(monkeypatch, SMTPRecipientsRefused({"reader@example.org": (550, b"no such user")}))
    contact = ContactFactory.create()
    alerts = [AlertFactory.create(contact=contact, parameters=f"q={n}") for n in range(2)]
    for refusals in range(outbox.MAX_REFUSED):
        assert SearchAlert.objects.filter(status=AlertStatus.CONFIRMED).count() == 2, refusals
        assert send(announcement(alert=alerts[0]).pk) == MailStatus.FAILED
    assert SearchAlert.objects.filter(status=AlertStatus.BOUNCED).count() == 2


def test_a_full_mailbox_is_not_a_missing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, SMTPRecipientsRefused({"reader@example.org": (452, b"mailbox full")}))
    assert send(announcement().pk) == MailStatus.WAITING
    assert AlertContact.objects.get().refused == 0


def test_a_letter_to_an_address_that_does_not_exist_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, SMTPRecipientsRefused({"reader@example.org": (550, b"no such user")}))
    alert = AlertFactory.create(status=AlertStatus.PENDING)
    other = AlertFactory.create(contact=alert.contact, parameters="q=b")
    send(MailFactory.create(alert=alert, kind=MailKind.CONFIRM).pk)
    alert.refresh_from_db()
    other.refresh_from_db()
    assert (alert.status, other.status) == (AlertStatus.BOUNCED, AlertStatus.CONFIRMED)


def test_what_waits_is_cancelled_when_its_reader_stops() -> None:
    row = announcement()
    stop(alert=row.alert)
    assert send(row.pk) == MailStatus.CANCELLED
    assert mail.outbox == []


def test_a_mail_about_a_search_that_is_gone_is_cancelled() -> None:
    alert = AlertFactory.create(parameters="level=moon")
    assert send(announcement(alert=alert).pk) == MailStatus.CANCELLED


class TestPurge:
    def test_addresses_end_with_their_last_alert(self) -> None:
        now = timezone.now()
        AlertFactory.create(status=AlertStatus.PENDING, created_at=now - dt.timedelta(days=6))
        AlertFactory.create(status=AlertStatus.PENDING, created_at=now - dt.timedelta(days=8))
        AlertFactory.create(status=AlertStatus.STOPPED, stopped_at=now - dt.timedelta(days=29))
        AlertFactory.create(status=AlertStatus.BOUNCED, stopped_at=now - dt.timedelta(days=31))
        keeps_one = AlertFactory.create(status=AlertStatus.STOPPED, stopped_at=now - dt.timedelta(days=31))
        AlertFactory.create(contact=keeps_one.contact, parameters="q=b")
        assert tasks.purge(now) == 2
        assert AlertContact.objects.count() == SearchAlert.objects.count() == 3

    def test_old_mails_go_those_that_wait_stay(self) -> None:
        long_ago = timezone.now() - dt.timedelta(days=91)
        alert = AlertFactory.create()
        MailFactory.create(alert=alert, status=MailStatus.SENT, created_at=long_ago)
        waiting = MailFactory.create(alert=alert, created_at=long_ago)
        young = MailFactory.create(alert=alert, status=MailStatus.SENT)
        tasks.purge()
        assert set(AlertMail.objects.all()) == {waiting, young}


def test_the_tasks_do_the_same_and_are_on_the_schedule(settings: object) -> None:
    row = announcement(try_at=timezone.now() - dt.timedelta(minutes=1))
    MissedFactory.create(day=dt.date(2020, 1, 1))
    tasks.send_due_task.delay()
    tasks.run_due_task.delay()
    tasks.purge_task.delay()
    row.refresh_from_db()
    assert row.status == MailStatus.SENT
    assert not MissedSearch.objects.exists()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}  # type: ignore[attr-defined]
    assert {tasks.send_due_task.name, tasks.run_due_task.name, tasks.purge_task.name} <= planned
