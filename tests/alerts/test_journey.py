"""The whole way of a subscription: form, letter, button, new document, mail, one click."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from search.alerts import delivery, outbox
from search.alerts.enums import AlertStatus
from search.alerts.models import AlertContact, SearchAlert
from search.archive.models import NormativeDocument
from tests.factories.alerts import soon

pytestmark = pytest.mark.django_db

FORM = {"email": "Reader@example.org", "frequency": "daily"}


def path_in(text: str, name: str) -> str:
    """The path of the link to `/alerts/<name>/…` in a mail."""
    found = re.search(rf"https://yanlu\.example(/alerts/{name}/[^\s\"<]+)", text)
    assert found, text
    return found[1]


def test_from_the_form_to_the_one_click_stop(
    client: Client, enters: Callable[..., NormativeDocument]
) -> None:
    enters(title="云岭省住房公积金缴存办法")
    answer = client.post("/alerts/new/?q=公积金&page=3", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/alerts/sent/")
    assert outbox.send_due() == 1
    [letter] = mail.outbox
    assert letter.to == ["Reader@example.org"]
    assert "公积金" in letter.subject
    confirm = path_in(letter.body, "confirm")

    assert client.get(confirm).status_code == 200
    assert SearchAlert.objects.get().status == AlertStatus.PENDING
    assert "订阅已生效" in client.post(confirm).content.decode()

    fresh = enters(title="云岭省灵活就业人员公积金办法")
    enters(title="云岭省公共停车场管理办法", text="第一条 为了规范停车场，制定本办法。")
    assert delivery.run_due(soon()).queued == 0
    assert delivery.run_due(soon(days=2)).queued == 1
    assert outbox.send_due(soon(days=2)) == 1
    told = mail.outbox[1]
    assert "1 件新文件" in told.subject
    assert fresh.title in told.body
    assert "停车场" not in told.body
    assert "缴存" not in told.body
    assert f"https://yanlu.example{fresh.get_absolute_url()}" in told.body
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = told.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://yanlu.example")
    assert stop == path_in(told.body, "stop")

    assert delivery.run_due(soon(days=3)).queued == 0
    machine = Client(enforce_csrf_checks=True)
    assert client.get(stop).status_code == 200
    assert SearchAlert.objects.get().status == AlertStatus.CONFIRMED
    assert machine.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert SearchAlert.objects.get().status == AlertStatus.STOPPED
    enters(title="云岭省公积金贷款办法")
    assert delivery.run_due(soon(days=9)).checked == 0
    assert AlertContact.objects.count() == 1
