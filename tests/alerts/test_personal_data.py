"""Addresses and searches of persons stay where they belong: not in logs, audit entries, exports, API or model names."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import ModelLogEntry

from portal.logs import without_personal_data
from portal.organisations.enums import Role
from search.alerts import delivery, outbox, services, tasks
from search.alerts.models import AlertContact, AlertMail, SearchAlert
from search.alerts.tokens import Purpose, token_of
from search.archive.models import NormativeDocument
from tests.factories.alerts import AlertFactory, ContactFactory, MailFactory, soon
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db

ADDRESS = "xiaoming.zhu@example.org"


def test_nothing_personal_is_logged_on_the_whole_way(
    client: Client, enters: Callable[..., NormativeDocument], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/alerts/new/?q=公积金", {"email": ADDRESS, "frequency": "daily"})
        outbox.send_due()
        alert = SearchAlert.objects.get()
        client.post(f"/alerts/confirm/{token_of(Purpose.CONFIRM, alert.pk)}/")
        enters()
        delivery.run_due(soon(days=2))
        outbox.send_due(soon(days=2))
        client.post(f"/alerts/stop/{token_of(Purpose.STOP, alert.pk)}/")
        tasks.purge(soon(days=60))
    assert len(mail.outbox) == 2
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name != "django.db.backends")
    assert "xiaoming" not in logged
    assert not AlertContact.objects.exists()


def test_a_token_in_a_log_line_is_taken_out() -> None:
    token = token_of(Purpose.MANAGE, 7)
    for name in ("confirm", "stop", "manage"):
        assert token not in without_personal_data(f"Gone: /alerts/{name}/{token}/")


def test_audit_entries_and_names_of_rows_hold_keys_only() -> None:
    alert = AlertFactory.create(contact=ContactFactory.create(email=ADDRESS))
    services.stop_for_reader(alert=alert, user=member(Role.OFFICE))
    row = MailFactory.create(alert=alert)
    entry = ModelLogEntry.objects.get(action="yanlu.alert_stopped")
    said = f"{entry.label} {entry.data} {alert} {alert.contact} {row}"
    assert "xiaoming" not in said
    assert "公积金" not in said


def test_no_public_or_open_interface_names_an_address(client: Client) -> None:
    alert = AlertFactory.create(contact=ContactFactory.create(email=ADDRESS))
    manage = f"/alerts/manage/{token_of(Purpose.MANAGE, alert.contact_id)}/"
    stop = f"/alerts/stop/{token_of(Purpose.STOP, alert.pk)}/"
    for path in (manage, stop, "/feeds/search/", "/api/schema/", "/alerts/new/"):
        assert "xiaoming" not in client.get(path).content.decode()


def test_the_row_of_a_mail_has_no_address() -> None:
    mail_row = MailFactory.create(alert__contact__email=ADDRESS)
    values = AlertMail.objects.filter(pk=mail_row.pk).values().get()
    assert "xiaoming" not in repr(values)


def test_robots_are_kept_out(client: Client) -> None:
    assert "Disallow: /alerts/" in client.get("/robots.txt").content.decode()
