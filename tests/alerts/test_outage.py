"""While the index cannot answer: page, API, feed and suggestions say so plainly; alerts wait, lose nothing, tell nothing twice."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from search import indexing, tasks
from search.alerts import delivery, mails, missed_selectors, outbox, searches
from search.alerts.delivery import MAX_UNANSWERED, RunReport, run_due
from search.alerts.enums import MailKind, MailStatus
from search.alerts.models import AlertMail, MissedSearch, SearchAlert
from search.archive.models import NormativeDocument
from search.archive.services import tell_index
from search.engines.base import EngineUnavailable
from tests.factories.alerts import AlertFactory, MissedFactory, soon
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

Enters = Callable[..., NormativeDocument]


@contextmanager
def outage() -> Iterator[None]:
    """The index is away, and the worker that would build it anew is, too."""
    folder, aside = Path(settings.SEARCH_INDEX_DIR), Path(settings.SEARCH_INDEX_DIR).with_name("aside")
    if folder.exists():
        shutil.move(folder, aside)
    try:
        with mock.patch.object(tasks.build_index, "delay"):
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if aside.exists():
            shutil.move(aside, folder)


def announced() -> list[int]:
    rows = AlertMail.objects.filter(kind=MailKind.FOUND).order_by("pk")
    return [row[0] for documents in rows.values_list("documents", flat=True) for row in documents]


class TestSayingSo:
    @pytest.mark.parametrize("kind", ["gone", "server"])
    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/search/?q=鼯鼠", "暂时"),
            ("/search/values/issuer/?q=鼯鼠", "暂时"),
            ("/api/v1/documents/?q=鼯鼠", "全文检索暂时不可用"),
            ("/feeds/search/?q=鼯鼠", "检索暂时不可用，请稍后再试。"),
            ("/search/suggest/?q=鼯鼠", ""),
        ],
    )
    def test_503_with_a_time_and_words(
        self, client: Client, enters: Enters, kind: str, path: str, words: str, settings: Any
    ) -> None:
        enters()
        if kind == "server":
            # Nothing listens there.
            settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
        with outage():
            answer = client.get(path)
        assert answer.status_code == 503
        assert 0 < int(answer["Retry-After"]) <= 600
        assert words in answer.content.decode()
        assert "Traceback" not in answer.content.decode()
        assert "127.0.0.1" not in answer.content.decode()

    def test_the_feed_is_plain_text_in_the_readers_language(self, client: Client, enters: Enters) -> None:
        enters()
        with outage():
            chinese = client.get("/feeds/search/?q=公积金")
            english = client.get("/feeds/search/?q=公积金", headers={"accept-language": "en"})
        for answer in (chinese, english):
            assert answer["Content-Type"] == "text/plain; charset=utf-8"
            assert "max-age" not in answer.get("Cache-Control", ""), (
                "an outage must not be kept for ten minutes"
            )
            assert not answer.has_header("ETag")
        assert "暂时" in chinese.content.decode()
        assert client.get("/feeds/search/?q=公积金").status_code == 200

    def test_a_reader_that_has_the_feed_is_not_told_it_is_empty(self, client: Client, enters: Enters) -> None:
        enters()
        first = client.get("/feeds/search/?q=公积金")
        with outage():
            answer = client.get("/feeds/search/?q=公积金", headers={"if-none-match": first["ETag"]})
        assert answer.status_code == 503
        again = client.get("/feeds/search/?q=公积金", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304

    def test_numbers_and_titles_are_still_answered(self, client: Client, enters: Enters) -> None:
        document = enters(title="云岭省渔港管理规定")
        with outage():
            page = client.get("/search/?q=渔港管理规定")
            data = client.get(f"/api/v1/documents/?q={document.document_number}").json()
        assert page.status_code == 200
        assert "不可用" in page.content.decode()
        assert [result["id"] for result in data["results"]] == [document.pk]
        assert any("不可用" in notice for notice in data["notices"])

    def test_what_could_not_be_asked_is_no_missed_search(self, client: Client, enters: Enters) -> None:
        enters()
        with outage():
            client.get("/search/?q=鼯鼠补贴")
            client.get("/api/v1/documents/?q=鼯鼠补贴")
        assert not MissedSearch.objects.exists()

    def test_the_form_of_a_subscription_needs_no_index(self, client: Client) -> None:
        with outage():
            assert client.get("/alerts/new/?q=公积金").status_code == 200
            form = {"email": "reader@example.org", "frequency": "daily"}
            assert client.post("/alerts/new/?q=公积金", form).status_code == 302
        assert SearchAlert.objects.count() == 1

    def test_the_list_of_missed_searches_asks_once_and_shows_the_rest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        MissedFactory.create_batch(5)
        asked: list[int] = []

        class Away:
            def search(self, plan: object) -> None:
                asked.append(1)
                raise EngineUnavailable("slow")

        monkeypatch.setattr(missed_selectors, "get_engine", Away)
        rows = missed_selectors.with_resolutions(missed_selectors.totals(days=30))
        counted = list(missed_selectors.with_counts(rows))
        assert [row.found for row in counted] == [None] * 5
        assert len(asked) == 1, "a server that does not answer is waited for once"


class TestAlertsWait:
    def test_through_the_whole_outage_each_document_is_told_once(self, enters: Enters) -> None:
        """Before, meanwhile and after: three documents, three announcements, in as many mails as there were days."""
        AlertFactory.create()
        before = enters(title="公积金通知一")
        assert run_due(soon()).queued == 1
        with outage():
            meanwhile = ArchivedDocumentFactory.create(title="公积金通知二")
            tell_index([meanwhile.pk])
            for hour in range(24, 30):
                SearchAlert.objects.update(next_due_at=timezone.now())
                report = run_due(soon(hours=hour))
                # What the index has not taken up is not looked for, so there may be nothing to ask it.
                assert report.queued == 0
        indexing.drain()
        after = enters(title="公积金通知三")
        SearchAlert.objects.update(next_due_at=timezone.now())
        assert run_due(soon(hours=31)).queued == 1
        SearchAlert.objects.update(next_due_at=timezone.now())
        assert run_due(soon(hours=55)).queued == 0
        assert sorted(announced()) == sorted([before.pk, meanwhile.pk, after.pk])

    def test_what_was_indexed_before_the_outage_is_told_after_it(self, enters: Enters) -> None:
        alert = AlertFactory.create()
        document = enters()
        with outage():
            for hour in (1, 2, 3):
                assert run_due(soon(hours=hour)) == RunReport(unavailable=True)
        waiting = SearchAlert.objects.get()
        assert (waiting.journal_position, waiting.next_due_at) == (alert.journal_position, alert.next_due_at)
        assert run_due(soon(hours=4)) == RunReport(checked=1, queued=1)
        assert announced() == [document.pk]
        outbox.send_due(soon(hours=5))
        outbox.send_due(soon(hours=6))
        assert len(mail.outbox) == 1

    def test_a_mail_already_written_goes_out_during_an_outage(self, enters: Enters) -> None:
        AlertFactory.create()
        enters()
        run_due(soon())
        with outage():
            assert outbox.send_due(soon(hours=2)) == 1
        assert len(mail.outbox) == 1
        assert "公积金" in mail.outbox[0].subject

    def test_an_index_that_answers_nobody_is_asked_three_times_not_five_hundred(
        self, enters: Enters, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        AlertFactory.create_batch(MAX_UNANSWERED + 4)
        enters()
        asked: list[object] = []

        def refuse(query: object, *args: object, **kwargs: object) -> list[int]:
            asked.append(query)
            raise EngineUnavailable("slow")

        with monkeypatch.context() as broken:
            broken.setattr(delivery, "matching", refuse)
            assert run_due(soon()) == RunReport(unavailable=True)
        assert len(asked) == MAX_UNANSWERED
        assert run_due(soon()).queued == MAX_UNANSWERED + 4

    def test_the_log_of_an_outage_names_no_reader(
        self, enters: Enters, caplog: pytest.LogCaptureFixture
    ) -> None:
        AlertFactory.create(contact__email="xiaoming.zhu@example.org")
        enters()
        with outage():
            run_due(soon())
        assert "waits for the index" in caplog.text
        assert "xiaoming" not in caplog.text
        assert "公积金" not in caplog.text


class TestOneForAnother:
    """What is wrong with one alert or one mail is nobody else's loss."""

    def test_one_search_the_index_cannot_answer(
        self, enters: Enters, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        odd = AlertFactory.create(parameters="q=%E6%80%AA", next_due_at=timezone.now() - dt.timedelta(days=9))
        AlertFactory.create_batch(2)
        document = enters()
        matching = searches.matching

        def refuse_one(query: Any, *args: Any, **kwargs: Any) -> list[int]:
            if query.q == "怪":
                raise EngineUnavailable("too much")
            return matching(query, *args, **kwargs)

        monkeypatch.setattr(delivery, "matching", refuse_one)
        assert run_due(soon()) == RunReport(checked=2, queued=2, unavailable=True)
        assert announced() == [document.pk] * 2
        odd_now = SearchAlert.objects.get(pk=odd.pk)
        assert (odd_now.journal_position, odd_now.next_due_at) == (odd.journal_position, odd.next_due_at)

    def test_one_alert_that_breaks_the_code(
        self, enters: Enters, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        odd = AlertFactory.create(parameters="q=%E6%80%AA", next_due_at=timezone.now() - dt.timedelta(days=9))
        AlertFactory.create()
        enters()
        matching = searches.matching

        def break_one(query: Any, *args: Any, **kwargs: Any) -> list[int]:
            if query.q == "怪":
                raise ZeroDivisionError
            return matching(query, *args, **kwargs)

        with monkeypatch.context() as broken:
            broken.setattr(delivery, "matching", break_one)
            assert run_due(soon()) == RunReport(checked=1, queued=1, failed=1)
        assert f"alert {odd.pk} could not be looked at" in caplog.text
        assert run_due(soon()) == RunReport(checked=1, queued=0), (
            "mended, it is looked at from where it stood"
        )

    def test_one_mail_that_cannot_be_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = timezone.now()
        rows = [
            AlertMail.objects.create(
                alert=AlertFactory.create(parameters=f"q={n}"),
                kind=MailKind.FOUND,
                created_at=now,
                try_at=now,
            )
            for n in range(3)
        ]
        message = mails.message

        def break_one(row: AlertMail, **kwargs: Any) -> Any:
            if row.pk == rows[0].pk:
                raise KeyError("odd")
            return message(row, **kwargs)

        with monkeypatch.context() as broken:
            broken.setattr(mails, "message", break_one)
            assert outbox.send_due(now) == 2
        rows[0].refresh_from_db()
        assert (rows[0].status, rows[0].reason, rows[0].tries) == (MailStatus.WAITING, "KeyError", 1)
        assert outbox.send_due(now + dt.timedelta(hours=1)) == 1
        assert len(mail.outbox) == 3

    def test_a_row_that_was_deleted_is_no_fault(self) -> None:
        assert outbox.send(10**9) == MailStatus.CANCELLED
