"""Staff screens: what was not found, and subscriptions without addresses."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.organisations.enums import Role
from search.alerts.enums import AlertStatus
from search.alerts.missed_services import resolve
from search.alerts.models import MissedResolution, SearchAlert
from search.archive.models import NormativeDocument
from tests.factories.alerts import AlertFactory, ContactFactory, MissedFactory
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db

LIST = "/admin/missed-searches/"


@pytest.fixture
def office(sign_in: Callable[..., Client]) -> Client:
    return sign_in(member(Role.OFFICE))


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_days_are_added_up_and_the_most_frequent_come_first(office: Client) -> None:
    today = timezone.localdate()
    for back, count in ((0, 2), (1, 5)):
        MissedFactory.create(text="鼯鼠补贴", key="k", day=today - dt.timedelta(days=back), count=count)
    MissedFactory.create(text="鹡鸰", count=6)
    MissedFactory.create(text="去年的词", day=today - dt.timedelta(days=60), count=99)
    text = page(office)
    assert text.index("鼯鼠补贴") < text.index("鹡鸰")
    assert "去年的词" not in text
    assert "去年的词" in page(office, "?period=90")
    assert "鹡鸰" not in page(office, "?q=鼯鼠")


def test_bad_filters_are_taken_as_none(office: Client) -> None:
    MissedFactory.create(text="鼯鼠补贴")
    assert "鼯鼠补贴" in page(office, "?period=abc&page=x&q=" + "")


def test_it_says_what_a_search_finds_by_now(office: Client, enters: Callable[..., NormativeDocument]) -> None:
    MissedFactory.create(text="公积金", parameters="q=公积金")
    MissedFactory.create(text="鼯鼠", parameters="q=鼯鼠")
    enters()
    text = page(office)
    assert "1 件" in text
    assert "仍然没有" in text
    assert "/search/?q=" in text


def test_a_masked_search_cannot_be_repeated(office: Client) -> None:
    MissedFactory.create(text="低保〔号码〕", parameters="q=低保", masked=True)
    text = page(office)
    assert "低保〔号码〕" in text
    assert "再检索一次" not in text.split("<tbody>")[1]


def test_seen_to_leaves_the_list_until_missed_again(office: Client) -> None:
    row = MissedFactory.create(text="鼯鼠补贴", last_at=timezone.now() - dt.timedelta(hours=1))
    values = {"key": row.key, "note": "已补录文件", "back": "period=30"}
    answer = office.post(f"{LIST}resolve/", values)
    assert answer["Location"] == f"{LIST}?period=30"
    assert "鼯鼠补贴" not in page(office).split("<tbody>")[1]
    assert "已补录文件" in page(office, "?resolved=on")
    row.last_at = timezone.now() + dt.timedelta(hours=1)
    row.save()
    assert "处理后又没有找到" in page(office)
    entry = ModelLogEntry.objects.get(action="yanlu.missed_resolved")
    assert entry.data["note"] == "已补录文件"


@pytest.mark.parametrize("values", [{"key": "none", "note": "x"}, {"key": "", "note": "x"}, {"note": ""}])
def test_what_cannot_be_resolved_is_said(office: Client, values: dict[str, str]) -> None:
    MissedFactory.create()
    answer = office.post(f"{LIST}resolve/", values, follow=True)
    assert answer.status_code == 200
    assert not MissedResolution.objects.exists()


def test_the_export_is_a_table_no_spreadsheet_calculates(office: Client) -> None:
    MissedFactory.create(text="=HYPERLINK(1)", count=4)
    MissedFactory.create(text="鼯鼠,补贴", count=3)
    answer = office.get(f"{LIST}csv/")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    raw = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(raw)))
    assert [row[:2] for row in rows[1:]] == [["'=HYPERLINK(1)", "4"], ["鼯鼠,补贴", "3"]]


def test_the_number_of_queries_does_not_grow_with_rows(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        row = MissedFactory.create()
        resolve(key=row.key, user=member(Role.OFFICE), note="x")
        MissedFactory.create(
            key=row.key, text=row.text, day=row.day - dt.timedelta(days=1), last_at=timezone.now()
        )
    page(office)
    with CaptureQueriesContext(connection) as three:
        page(office, "?resolved=on")
    MissedFactory.create_batch(15)
    with django_assert_max_num_queries(len(three)):
        page(office, "?resolved=on")


def test_subscriptions_show_no_address(office: Client) -> None:
    AlertFactory.create(contact=ContactFactory.create(email="zhangsan@example.org"))
    AlertFactory.create(parameters="level=moon")
    text = office.get(f"{LIST}alerts/").content.decode()
    assert "z***@example.org" in text
    assert "zhangsan" not in text
    assert "公积金" in text


def test_the_office_stops_one_for_a_reader_who_asks(office: Client) -> None:
    alert = AlertFactory.create(contact=ContactFactory.create(email="zhangsan@example.org"))
    assert office.post(f"{LIST}alerts/{alert.pk}/stop/").status_code == 302
    assert SearchAlert.objects.get().status == AlertStatus.STOPPED
    entry = ModelLogEntry.objects.get(action="yanlu.alert_stopped")
    assert "zhangsan" not in f"{entry.label} {entry.data}"


def test_the_menu_shows_it_to_those_who_may_see_it(sign_in: Callable[..., Client]) -> None:
    assert LIST in sign_in(member(Role.OFFICE)).get("/admin/").content.decode()
    assert LIST not in sign_in(member(Role.DRAFTER)).get("/admin/").content.decode()


def test_a_synonym_begins_with_what_was_not_found(office: Client) -> None:
    MissedFactory.create(text="电瓶车", parameters="q=电瓶车")
    link = re.search(r'href="(/admin/synonyms/[^"]+)"', page(office))
    assert link
    form = office.get(html.unescape(link[1])).content.decode()
    assert 'value="电瓶车 -&gt; "' in form
