"""What is new for whom: by the journal of the archive, once, also after crashes, and never "nothing" for want of an index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from search import indexing
from search.alerts import delivery, journal
from search.alerts.delivery import RunReport, run_due
from search.alerts.enums import AlertStatus, MailKind, MailStatus
from search.alerts.models import AlertMail, SearchAlert
from search.alerts.searches import CHUNK
from search.archive.models import NormativeDocument
from search.archive.services import tell_index
from search.engines.base import EngineUnavailable
from search.models import ActionStatus, IndexAction
from tests.factories.alerts import AlertFactory, MailFactory, soon
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

Enters = Callable[..., NormativeDocument]


def told() -> list[list[int]]:
    """Ids announced, mail by mail."""
    mails = AlertMail.objects.filter(kind=MailKind.FOUND).order_by("pk")
    return [[row[0] for row in documents] for documents in mails.values_list("documents", flat=True)]


def due_again() -> None:
    SearchAlert.objects.update(next_due_at=timezone.now())


def test_an_old_document_imported_today_is_new(enters: Enters) -> None:
    AlertFactory.create()
    old = enters(title="云岭省住房公积金缴存规定", published_on=dt.date(1998, 5, 1))
    assert run_due(soon()) == RunReport(checked=1, queued=1)
    assert told() == [[old.pk]]


def test_what_was_there_before_is_not_new(enters: Enters) -> None:
    enters()
    AlertFactory.create()
    assert run_due(soon()) == RunReport(checked=1, queued=0)
    alert = SearchAlert.objects.get()
    assert alert.next_due_at is not None
    assert alert.next_due_at > soon()


def test_only_what_the_search_asks_for(enters: Enters) -> None:
    AlertFactory.create(parameters="level=city&q=%E5%85%AC%E7%A7%AF%E9%87%91")
    enters()
    wanted = enters(level="city")
    run_due(soon())
    assert told() == [[wanted.pk]]


def test_a_few_common_characters_are_no_match(enters: Enters) -> None:
    """On the page a document with a third of the words may stand last; a mail would put it beside the others."""
    AlertFactory.create(
        parameters="q=%E4%BD%8F%E6%88%BF%E5%85%AC%E7%A7%AF%E9%87%91%E5%A2%9E%E5%80%BC%E6%94%B6%E7%9B%8A"
    )
    enters(title="云岭省住房租赁规定", text="第一条 为了规范住房租赁，制定本规定。")
    run_due(soon())
    assert told() == []


def test_nothing_is_told_twice_however_often_the_clock_strikes(enters: Enters) -> None:
    AlertFactory.create()
    first = enters()
    run_due(soon())
    due_again()
    run_due(soon(hours=2))
    assert told() == [[first.pk]]
    second = enters()
    due_again()
    run_due(soon(hours=3))
    assert told() == [[first.pk], [second.pk]]


def test_a_change_is_told_as_such_and_a_mere_save_is_not(enters: Enters) -> None:
    AlertFactory.create()
    document = enters()
    run_due(soon())
    document.save()
    tell_index([document.pk])
    indexing.drain()
    due_again()
    run_due(soon(hours=2))
    assert told() == [[document.pk]]
    NormativeDocument.objects.filter(pk=document.pk).update(repealed_on=dt.date(2026, 1, 1))
    tell_index([document.pk])
    indexing.drain()
    due_again()
    run_due(soon(hours=3))
    assert told() == [[document.pk], [document.pk]]
    changed = AlertMail.objects.latest("pk").documents[0][1]
    assert changed is True
    assert AlertMail.objects.earliest("pk").documents[0][1] is False


def test_what_the_index_does_not_know_yet_waits_for_it() -> None:
    AlertFactory.create()
    indexing.rebuild()
    document = ArchivedDocumentFactory.create()
    tell_index([document.pk])
    IndexAction.objects.update(status=ActionStatus.PENDING)
    assert run_due(soon()).queued == 0
    indexing.drain()
    due_again()
    run_due(soon(hours=2))
    assert told() == [[document.pk]]


def test_without_an_index_alerts_stay_due(enters: Enters, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = AlertFactory.create()
    enters()

    def refuse(*args: object, **kwargs: object) -> list[int]:
        raise EngineUnavailable("no index")

    with monkeypatch.context() as broken:
        broken.setattr(delivery, "matching", refuse)
        assert run_due(soon()) == RunReport(checked=0, queued=0, unavailable=True)
    assert SearchAlert.objects.get().next_due_at == alert.next_due_at
    assert run_due(soon()).queued == 1


def test_two_workers_queue_one_mail(enters: Enters, monkeypatch: pytest.MonkeyPatch) -> None:
    AlertFactory.create()
    enters()
    matching = delivery.matching

    def overtaken(*args: object, **kwargs: object) -> list[int]:
        found = matching(*args, **kwargs)  # type: ignore[arg-type]
        monkeypatch.setattr(delivery, "matching", matching)
        run_due(soon())
        return found

    monkeypatch.setattr(delivery, "matching", overtaken)
    assert run_due(soon()).queued == 0
    assert AlertMail.objects.count() == 1


def test_a_crash_between_finding_and_writing_loses_nothing(
    enters: Enters, monkeypatch: pytest.MonkeyPatch
) -> None:
    AlertFactory.create()
    document = enters()

    def crash(**kwargs: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as dying:
        dying.setattr(delivery, "queue_mail", crash)
        with pytest.raises(SystemExit):
            run_due(soon())
    run_due(soon())
    assert told() == [[document.pk]]


@pytest.mark.parametrize("status", [MailStatus.INTERRUPTED, MailStatus.FAILED])
def test_what_did_not_arrive_goes_with_the_next_mail(enters: Enters, status: MailStatus) -> None:
    alert = AlertFactory.create()
    first = enters()
    run_due(soon())
    AlertMail.objects.update(status=status)
    second = enters()
    due_again()
    run_due(soon(hours=2))
    assert sorted(told()[-1]) == [first.pk, second.pk]
    assert alert.mails.filter(status=MailStatus.CARRIED).count() == 1
    due_again()
    run_due(soon(hours=3))
    assert len(told()) == 2


def test_stopped_pending_and_later_alerts_are_left_alone(enters: Enters) -> None:
    for status in (AlertStatus.PENDING, AlertStatus.STOPPED, AlertStatus.BOUNCED):
        AlertFactory.create(status=status)
    AlertFactory.create(next_due_at=soon(days=1))
    enters()
    assert run_due(soon()) == RunReport()


def test_withdrawn_documents_are_not_announced(enters: Enters) -> None:
    AlertFactory.create()
    document = enters()
    NormativeDocument.objects.filter(pk=document.pk).update(withdrawn=True)
    run_due(soon())
    assert told() == []


def test_a_forgotten_journal_is_made_up_for_by_the_documents_own_times(enters: Enters) -> None:
    """Rows are kept for a month: after a longer standstill the times of the documents are asked instead."""
    AlertFactory.create(checked_until=timezone.now() - dt.timedelta(days=45))
    AlertFactory.create()
    document = enters()
    IndexAction.objects.all().delete()
    assert run_due(soon()) == RunReport(checked=2, queued=1)
    assert told() == [[document.pk]]


def test_many_changes_are_held_against_the_search_in_chunks(enters: Enters) -> None:
    AlertFactory.create()
    documents = [ArchivedDocumentFactory.create(title=f"公积金通知{number}") for number in range(3)]
    tell_index([document.pk for document in documents])
    indexing.drain()
    found = delivery.matching(SearchAlert.objects.get().query, range(1, CHUNK + documents[-1].pk + 10))
    assert sorted(found) == [document.pk for document in documents]


def test_a_search_whose_values_are_gone_is_skipped(enters: Enters, caplog: pytest.LogCaptureFixture) -> None:
    AlertFactory.create(parameters="level=moon")
    enters()
    assert run_due(soon()) == RunReport(checked=1, queued=0)
    assert "no longer valid" in caplog.text


def test_the_journal_ends_where_rows_are_too_young(enters: Enters) -> None:
    enters()
    assert journal.read(start=0).position == 0
    settled = journal.read(start=0, at=soon())
    assert (settled.position, len(settled.changes)) == (journal.position_now(), 1)


def test_one_read_of_the_journal_serves_all_alerts(
    enters: Enters, django_assert_max_num_queries: object
) -> None:
    for number in range(6):
        AlertFactory.create(parameters=f"q=无关{number}")
    enters()
    with django_assert_max_num_queries(3 + 6 * 6):  # type: ignore[operator]
        run_due(soon())


def test_undelivered_mails_of_other_alerts_are_not_mine(enters: Enters) -> None:
    alert = AlertFactory.create()
    document = enters()
    MailFactory.create(status=MailStatus.FAILED, documents=[[document.pk, False, "x"]])
    run_due(soon())
    assert alert.mails.count() == 1
