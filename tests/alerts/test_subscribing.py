"""Asking for a subscription, confirming, changing and stopping it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from search.alerts import services
from search.alerts.enums import AlertStatus, MailKind
from search.alerts.models import AlertContact, AlertMail, SearchAlert
from search.alerts.searches import parameters_of, query_from_address, words_of
from search.alerts.tokens import Purpose, token_of
from search.query import ParameterError, SearchQuery, parse_query
from tests.factories.alerts import AlertFactory, ContactFactory

pytestmark = pytest.mark.django_db

ADDRESS = "reader@example.org"


def ask(text: str = "q=公积金", **changes: object) -> None:
    values: dict[str, object] = {"email": ADDRESS, "frequency": "daily", "language": "zh-hans", **changes}
    services.subscribe(query=parse_query(QueryDict(text)), **values)  # type: ignore[arg-type]


def test_the_same_search_has_one_canonical_form() -> None:
    one = parse_query(QueryDict("q=公积金&level=province&page=4&sort=oldest&page_size=50"))
    two = parse_query(QueryDict("level=province&q=公积金"))
    assert parameters_of(one) == parameters_of(two)
    assert parameters_of(one) != parameters_of(parse_query(QueryDict("q=公积金")))
    assert parse_query(QueryDict(parameters_of(two))) == two


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://yanlu.example/search/?q=停车&level=city&page=3", {"q": "停车", "level": ("city",)}),
        ("?q=停车", {"q": "停车"}),
        ("q=停车&year=2021", {"q": "停车", "year": (2021,)}),
        ("停车 收费", {"q": "停车 收费"}),
    ],
)
def test_an_address_or_words_are_a_search(typed: str, meant: dict[str, object]) -> None:
    assert query_from_address(typed) == SearchQuery(**meant)  # type: ignore[arg-type]


def test_an_address_with_a_bad_value_is_refused_in_words() -> None:
    with pytest.raises(ParameterError, match="不是可用的选项"):
        query_from_address("/search/?level=moon")


def test_a_search_is_told_in_words() -> None:
    query = parse_query(QueryDict("q=公积金&level=province&from=2024-01-31"))
    words = words_of(query)
    assert words[0] == "“公积金”"
    assert any("省级" in word for word in words)
    assert any("2024-01-31" in word for word in words)
    assert words_of(SearchQuery()) == ["全部文件"]


def test_subscribing_twice_makes_one_pending_alert_and_two_letters() -> None:
    ask()
    ask(email=" Reader@Example.ORG ", frequency="weekly")
    alert = SearchAlert.objects.get()
    assert (alert.status, alert.frequency) == (AlertStatus.PENDING, "weekly")
    assert AlertContact.objects.get().email == ADDRESS
    assert set(AlertMail.objects.values_list("kind", flat=True)) == {MailKind.CONFIRM}


def test_who_subscribes_already_is_told_by_letter_only(client: Client) -> None:
    ask()
    services.confirm(alert=SearchAlert.objects.get())
    form = {"email": ADDRESS, "frequency": "daily"}
    known = client.post("/alerts/new/?q=公积金", form, follow=True)
    unknown = client.post("/alerts/new/?q=公积金", {**form, "email": "other@example.org"}, follow=True)
    csrf = re.compile(r'value="[A-Za-z0-9]{64}"')
    assert csrf.sub("", known.content.decode()) == csrf.sub("", unknown.content.decode())
    assert known.redirect_chain == unknown.redirect_chain
    kinds = list(AlertMail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [MailKind.CONFIRM, MailKind.EXISTING, MailKind.CONFIRM]
    assert SearchAlert.objects.filter(status=AlertStatus.CONFIRMED).count() == 1


def test_nobody_is_flooded_with_letters() -> None:
    now = timezone.now()
    for number in range(services.MAX_LETTERS + 3):
        ask(f"q=词{number}", at=now)
    assert AlertMail.objects.count() == services.MAX_LETTERS
    ask("q=明天", at=now + dt.timedelta(days=1, minutes=1))
    assert AlertMail.objects.count() == services.MAX_LETTERS + 1


def test_an_address_with_too_many_alerts_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_ALERTS", 1)
    ask()
    ask("q=停车")
    assert SearchAlert.objects.count() == 1
    assert AlertMail.objects.latest("pk").kind == MailKind.FULL


def test_confirming_starts_with_what_is_new_from_now_on() -> None:
    ask()
    now = timezone.now()
    alert = services.confirm(alert=SearchAlert.objects.get(), at=now)
    assert alert.confirmed_at == alert.checked_until == now
    assert alert.next_due_at is not None
    assert timezone.localtime(alert.next_due_at).hour == services.DUE_HOUR
    assert timezone.localdate(alert.next_due_at) == timezone.localdate(now) + dt.timedelta(days=1)
    again = services.confirm(alert=alert, at=now + dt.timedelta(days=3))
    assert again.confirmed_at == now


def test_a_confirmation_comes_too_late_or_after_a_stop() -> None:
    ask()
    alert = SearchAlert.objects.get()
    with pytest.raises(ValidationError, match="过期"):
        services.confirm(alert=alert, at=timezone.now() + dt.timedelta(days=8))
    services.stop(alert=alert)
    with pytest.raises(ValidationError, match="已经停止"):
        services.confirm(alert=alert)


def test_a_stopped_search_can_be_subscribed_to_again() -> None:
    alert = AlertFactory.create(
        contact=ContactFactory.create(email=ADDRESS), parameters=parameters_of(SearchQuery(q="公积金"))
    )
    services.stop(alert=alert)
    ask()
    alert.refresh_from_db()
    assert (alert.status, alert.stopped_at) == (AlertStatus.PENDING, None)


def test_another_search_starts_anew_and_doubles_are_refused() -> None:
    alert = AlertFactory.create()
    twin = AlertFactory.create(contact=alert.contact, parameters="q=%E5%81%9C%E8%BD%A6")
    with pytest.raises(ValidationError, match="已经订阅"):
        services.change_alert(alert=alert, query=twin.query, frequency="daily")
    now = timezone.now()
    changed = services.change_alert(alert=alert, query=SearchQuery(q="电梯"), frequency="weekly", at=now)
    assert changed.query == SearchQuery(q="电梯")
    assert (changed.checked_until, changed.frequency) == (now, "weekly")
    services.stop(alert=alert)
    with pytest.raises(ValidationError, match="没有生效"):
        services.change_alert(alert=alert, query=SearchQuery(q="房"), frequency="daily")


class TestPages:
    def test_the_form_works_for_a_bad_search_a_bad_address_and_a_robot(self, client: Client) -> None:
        assert "日期格式" in client.get("/alerts/new/?from=昨天").content.decode()
        assert client.get("/alerts/new/?from=昨天").status_code == 400
        wrong = client.post("/alerts/new/?q=公积金", {"email": "不是地址", "frequency": "daily"})
        assert wrong.status_code == 400
        assert "电子邮箱的格式不正确" in wrong.content.decode()
        robot = {"email": ADDRESS, "frequency": "daily", "website": "x"}
        assert client.post("/alerts/new/?q=公积金", robot)["Location"] == "/alerts/sent/"
        assert not SearchAlert.objects.exists()

    def test_too_many_attempts_from_one_network(self, client: Client, settings: Settings) -> None:
        settings.RATELIMIT_ENABLE = True
        settings.ALERT_RATE = "2/h"
        form = {"email": ADDRESS, "frequency": "daily"}
        answers = [client.post("/alerts/new/?q=公积金", form).status_code for _ in range(3)]
        assert answers == [302, 302, 429]

    def test_links_that_lead_nowhere_say_so(self, client: Client) -> None:
        alert = AlertFactory.create()
        stop = token_of(Purpose.STOP, alert.pk)
        for path in (
            f"/alerts/confirm/{stop}/",
            "/alerts/stop/abc/",
            "/alerts/manage/1.x.y/",
            f"/alerts/manage/{stop}/",
        ):
            answer = client.get(path)
            assert answer.status_code == 410
            assert "链接已失效" in answer.content.decode()

    def test_a_scanner_that_follows_links_changes_nothing(self, client: Client) -> None:
        alert = AlertFactory.create(status=AlertStatus.PENDING)
        for purpose in (Purpose.CONFIRM, Purpose.STOP):
            client.get(f"/alerts/{purpose}/{token_of(purpose, alert.pk)}/")
            client.head(f"/alerts/{purpose}/{token_of(purpose, alert.pk)}/")
        alert.refresh_from_db()
        assert alert.status == AlertStatus.PENDING

    def test_confirming_needs_the_page_s_own_form(self) -> None:
        alert = AlertFactory.create(status=AlertStatus.PENDING)
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(f"/alerts/confirm/{token_of(Purpose.CONFIRM, alert.pk)}/").status_code == 403

    def test_a_late_confirmation_is_explained(self, client: Client) -> None:
        alert = AlertFactory.create(status=AlertStatus.STOPPED)
        answer = client.post(f"/alerts/confirm/{token_of(Purpose.CONFIRM, alert.pk)}/")
        assert answer.status_code == 409
        assert "已经停止" in answer.content.decode()

    def test_pages_are_private(self, client: Client) -> None:
        answer = client.get(f"/alerts/stop/{token_of(Purpose.STOP, AlertFactory.create().pk)}/")
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]


class TestManaging:
    @pytest.fixture
    def alert(self) -> SearchAlert:
        return AlertFactory.create(contact=ContactFactory.create(email=ADDRESS))

    @pytest.fixture
    def path(self, alert: SearchAlert) -> str:
        return f"/alerts/manage/{token_of(Purpose.MANAGE, alert.contact_id)}/"

    def test_all_alerts_of_an_address_without_the_address(self, client: Client, path: str) -> None:
        AlertFactory.create(parameters="q=%E5%81%9C%E8%BD%A6")
        text = client.get(path).content.decode()
        assert "公积金" in text
        assert "停车" not in text
        assert ADDRESS not in text
        assert "r***@example.org" in text

    def test_changing_search_and_frequency(self, client: Client, path: str, alert: SearchAlert) -> None:
        values = {"alert": alert.pk, "action": "change", f"a{alert.pk}-frequency": "weekly"}
        assert client.post(path, {**values, f"a{alert.pk}-address": "?q=电梯&level=city"}).status_code == 302
        alert.refresh_from_db()
        assert (alert.query, alert.frequency) == (SearchQuery(q="电梯", level=("city",)), "weekly")
        wrong = client.post(path, {**values, f"a{alert.pk}-address": "?level=moon"})
        assert wrong.status_code == 409
        assert "不是可用的选项" in wrong.content.decode()

    def test_stopping_one_and_all(self, client: Client, path: str, alert: SearchAlert) -> None:
        other = AlertFactory.create(contact=alert.contact, parameters="q=a")
        client.post(path, {"alert": alert.pk, "action": "stop"})
        assert SearchAlert.objects.get(pk=alert.pk).status == AlertStatus.STOPPED
        client.post(path, {"action": "stop_all"})
        assert SearchAlert.objects.get(pk=other.pk).status == AlertStatus.STOPPED
        assert "没有订阅" in client.get(path).content.decode()

    def test_another_reader_s_alert_cannot_be_named(self, client: Client, path: str) -> None:
        other = AlertFactory.create()
        assert client.post(path, {"alert": other.pk, "action": "stop"}).status_code == 410
        assert SearchAlert.objects.get(pk=other.pk).status == AlertStatus.CONFIRMED

    def test_queries_do_not_grow_with_alerts(
        self, client: Client, path: str, alert: SearchAlert, django_assert_num_queries: object
    ) -> None:
        for number in range(5):
            AlertFactory.create(contact=alert.contact, parameters=f"q=x{number}")
        with django_assert_num_queries(2):  # type: ignore[operator]
            client.get(path)
