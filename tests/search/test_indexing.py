"""The queue of the index: nothing is lost, nothing is done twice to a different result."""

from __future__ import annotations

import datetime
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import indexing, tasks
from search.archive.models import NormativeDocument
from search.archive.services import (
    DocumentRow,
    upsert_documents,
    upsert_site_document,
    withdraw_site_document,
)
from search.archive.signals import documents_changed
from search.engines import get_engine
from search.engines.base import EngineBusy
from search.engines.fields import STAMP
from search.engines.storage import IndexStorage
from search.models import ActionKind, ActionStatus, IndexAction
from search.preparation import COLUMNS, prepare
from search.query import SearchQuery
from search.selectors import run_search
from tests.factories.search import ArchivedDocumentFactory, IndexActionFactory

pytestmark = pytest.mark.django_db
Capture = Callable[..., object]


def found(q: str) -> list[int]:
    return [hit.document.pk for hit in run_search(SearchQuery(q=q)).hits]


def statuses() -> list[str]:
    return list(IndexAction.objects.order_by("id").values_list("status", flat=True))


class TestFromWriteToIndex:
    def test_a_policy_published_here_is_found(self, django_capture_on_commit_callbacks: Capture) -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            document = upsert_site_document(
                page_id=7,
                page_url="/policies/x/",
                fields={"title": "云岭省渔业捕捞管理办法", "text": "第一条 渔业。"},
            )
        assert statuses() == [ActionStatus.DONE]
        assert found("渔业捕捞") == [document.pk]

    def test_a_withdrawn_policy_is_not_found(self, django_capture_on_commit_callbacks: Capture) -> None:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            upsert_site_document(page_id=7, page_url="/p/", fields={"title": "渔业捕捞", "text": "渔业。"})
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            withdraw_site_document(page_id=7, reason="内容有误")
        assert found("渔业捕捞") == []

    def test_with_the_worker_down_the_row_waits_and_is_drained_at_its_start(
        self, django_capture_on_commit_callbacks: Capture
    ) -> None:
        indexing.ensure_index()
        with (
            mock.patch.object(tasks.drain, "delay", side_effect=OSError("broker is down")),
            django_capture_on_commit_callbacks(execute=True),  # type: ignore[attr-defined]
        ):
            document = upsert_site_document(
                page_id=7, page_url="/p/", fields={"title": "渔业捕捞", "text": "渔业。"}
            )
        assert NormativeDocument.objects.filter(pk=document.pk).exists()
        assert statuses() == [ActionStatus.PENDING]
        assert found("渔业捕捞") == []
        from celery.signals import worker_ready

        worker_ready.send(sender=None)
        assert statuses() == [ActionStatus.DONE]
        assert found("渔业捕捞") == [document.pk]

    def test_a_change_that_is_rolled_back_leaves_no_row(self) -> None:
        def change_and_fail() -> None:
            with transaction.atomic():
                upsert_site_document(page_id=7, page_url="/p/", fields={"title": "甲", "text": "乙"})
                raise RuntimeError

        with pytest.raises(RuntimeError):
            change_and_fail()
        assert not IndexAction.objects.exists()

    def test_a_bulk_import_costs_a_constant_number_of_queries(self) -> None:
        def queries(number: int) -> int:
            rows = [DocumentRow(f"b{number}:{i}", {"title": f"题{i}", "text": "文"}) for i in range(number)]
            with CaptureQueriesContext(connection) as captured:
                upsert_documents(rows=rows)
            return len([q for q in captured.captured_queries if "search_indexaction" in q["sql"]])

        assert queries(100) == queries(20) == 1


class TestDrain:
    def test_rows_of_one_document_are_one_write(self) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.ensure_index()
        for _ in range(5):
            IndexActionFactory.for_document(document)
        report = indexing.drain()
        assert (report.done, report.written) == (5, 1)
        assert get_engine().status().documents == 1

    def test_draining_twice_changes_nothing(self) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.ensure_index()
        IndexActionFactory.for_document(document)
        indexing.drain()
        assert indexing.drain() == indexing.DrainReport()
        assert get_engine().status().documents == 1

    def test_a_deleted_document_leaves_the_index_whatever_its_row_says(self) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.rebuild()
        pk = document.pk
        document.delete()
        IndexActionFactory.create(document_id=pk, kind=ActionKind.UPSERT)
        assert indexing.drain().removed == 1
        assert get_engine().status().documents == 0

    def test_a_deletion_overtaken_by_a_new_row_does_not_remove(self) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.rebuild()
        IndexActionFactory.for_document(document, kind=ActionKind.DELETE)
        assert indexing.drain().removed == 0
        assert get_engine().status().documents == 1

    def test_more_rows_than_one_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(indexing, "BATCH", 3)
        documents = ArchivedDocumentFactory.create_batch(8)
        get_engine().rebuild([])
        for document in documents:
            IndexActionFactory.for_document(document)
        assert indexing.drain().written == 8
        assert get_engine().status().documents == 8

    def test_a_large_first_import_is_built_not_drained(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(indexing, "REBUILD_FROM", 5)
        documents = ArchivedDocumentFactory.create_batch(5)
        get_engine().rebuild([])
        for document in documents:
            IndexActionFactory.for_document(document)
        assert indexing.drain() == indexing.DrainReport(rebuilt=5)
        assert set(statuses()) == {ActionStatus.DONE}
        assert len(found("公积金")) == 5

    def test_one_document_that_cannot_be_prepared_does_not_stop_the_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good, bad = ArchivedDocumentFactory.create(), ArchivedDocumentFactory.create(title="坏")
        get_engine().rebuild([])

        def fragile(row: dict[str, object]) -> object:
            if row["title"] == "坏":
                raise ValueError("cannot be read")
            return prepare(row)

        monkeypatch.setattr("search.parallel.prepare", fragile)
        actions = [IndexActionFactory.for_document(document) for document in (good, bad)]
        report = indexing.drain()
        assert (report.done, report.failed) == (1, 1)
        actions[1].refresh_from_db()
        assert (actions[1].status, actions[1].tries) == (ActionStatus.PENDING, 1)
        assert "cannot be read" in actions[1].reason
        for _ in range(indexing.MAX_TRIES - 1):
            indexing.drain()
        actions[1].refresh_from_db()
        assert (actions[1].status, actions[1].tries) == (ActionStatus.FAILED, indexing.MAX_TRIES)
        assert indexing.drain() == indexing.DrainReport()

    def test_old_finished_rows_are_removed(self) -> None:
        now = timezone.now()
        indexing.ensure_index()
        for days in (indexing.KEEP_DAYS + 1, 1):
            IndexActionFactory.create(
                document_id=1, status=ActionStatus.DONE, finished_at=now - datetime.timedelta(days=days)
            )
        indexing.drain(at=now)
        assert IndexAction.objects.count() == 1


class TestOneWriter:
    def test_a_second_writer_waits_then_says_busy(self, index_folder: Path) -> None:
        storage = IndexStorage(index_folder, STAMP)
        with storage.lock(), pytest.raises(EngineBusy), IndexStorage(index_folder, STAMP).lock(timeout=0.1):
            pytest.fail("two writers")

    def test_rows_stay_pending_while_another_process_writes(
        self, index_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.rebuild()
        IndexActionFactory.for_document(document)
        monkeypatch.setattr("search.engines.storage.LOCK_TIMEOUT", 0.1)
        with IndexStorage(index_folder, STAMP).lock(), pytest.raises(EngineBusy):
            indexing.drain()
        assert statuses() == [ActionStatus.PENDING]
        assert indexing.drain().done == 1

    def test_a_killed_writer_leaves_no_lock(self, index_folder: Path) -> None:
        index_folder.mkdir()
        code = f"import fcntl, time; f = open({str(index_folder / 'writer.lock')!r}, 'w'); fcntl.flock(f, fcntl.LOCK_EX)"
        process = subprocess.Popen(
            [sys.executable, "-c", f"{code}; print('held', flush=True); time.sleep(60)"],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(EngineBusy), IndexStorage(index_folder, STAMP).lock(timeout=0.1):
            pytest.fail("two writers")
        process.kill()
        process.wait()
        with IndexStorage(index_folder, STAMP).lock(timeout=5):
            pass

    def test_a_reader_sees_the_commit_of_another_engine_at_once(self, index_folder: Path) -> None:
        from search.engines.embedded import EmbeddedEngine

        document = ArchivedDocumentFactory.create()
        get_engine().rebuild([])
        assert found("公积金") == []
        row = NormativeDocument.objects.values(*COLUMNS).get(pk=document.pk)
        EmbeddedEngine(index_folder).apply([prepare(row)], [])
        assert found("公积金") == [document.pk]

    def test_many_small_commits_are_merged(self, index_folder: Path) -> None:
        documents = ArchivedDocumentFactory.create_batch(30)
        get_engine().rebuild([])
        for row in NormativeDocument.objects.filter(pk__in=[d.pk for d in documents]).values(*COLUMNS):
            get_engine().apply([prepare(row)], [])
        import tantivy

        index = tantivy.Index.open(str(next(index_folder.glob("g-*"))))
        assert index.searcher().num_docs == 30
        assert index.searcher().num_segments <= 20


class TestCommands:
    def test_reindex_builds_and_finishes_pending_rows(self) -> None:
        document = ArchivedDocumentFactory.create()
        IndexActionFactory.for_document(document)
        ArchivedDocumentFactory.create(withdrawn=True)
        out = StringIO()
        call_command("reindex", stdout=out, stderr=StringIO())
        assert "1" in out.getvalue()
        assert statuses() == [ActionStatus.DONE]
        assert found("公积金") == [document.pk]

    def test_reindex_says_when_another_process_writes(
        self, index_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("search.engines.storage.LOCK_TIMEOUT", 0.1)
        with IndexStorage(index_folder, STAMP).lock(), pytest.raises(CommandError):
            call_command("reindex", verbosity=0)

    def test_drain_index_reports(self) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.ensure_index()
        IndexActionFactory.for_document(document)
        out = StringIO()
        call_command("drain_index", stdout=out)
        assert "1" in out.getvalue()

    def test_drain_index_prints_why_a_row_failed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        document = ArchivedDocumentFactory.create()
        get_engine().rebuild([])
        IndexActionFactory.for_document(document)
        monkeypatch.setattr("search.parallel.prepare", mock.Mock(side_effect=ValueError("cannot be read")))
        err = StringIO()
        with pytest.raises(CommandError):
            call_command("drain_index", stdout=StringIO(), stderr=err)
        assert f"{document.pk}: ValueError: cannot be read" in err.getvalue()

    def test_failed_rows_are_taken_up_on_demand(self) -> None:
        document = ArchivedDocumentFactory.create()
        indexing.ensure_index()
        IndexActionFactory.for_document(document, status=ActionStatus.FAILED, tries=indexing.MAX_TRIES)
        call_command("drain_index", stdout=StringIO())
        assert statuses() == [ActionStatus.FAILED]
        call_command("drain_index", "--retry-failed", stdout=StringIO())
        assert statuses() == [ActionStatus.DONE]

    def test_text_is_prepared_in_several_processes_with_the_same_result(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ArchivedDocumentFactory.create_batch(6)
        rows = list(NormativeDocument.objects.order_by("pk").values(*COLUMNS))
        monkeypatch.setattr("search.parallel.PARALLEL_FROM", 2)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        monkeypatch.setattr("search.parallel.CHUNK", 4)
        taken: list[int] = []

        def source() -> Iterator[dict[str, object]]:
            for row in rows:
                taken.append(threading.get_ident())
                yield row

        assert list(indexing.prepare_all(source(), len(rows))) == [prepare(row) for row in rows]
        # The rows come from a database connection, which belongs to this thread.
        assert set(taken) == {threading.get_ident()}


def test_a_missing_index_is_asked_for_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = mock.Mock()
    monkeypatch.setattr(tasks.build_index, "delay", asked)
    for _ in range(5):
        tasks.request_index()
    assert asked.call_count == 1


def test_the_signal_takes_each_document_once() -> None:
    documents_changed.send(sender=None, document_ids=[3, 3, 4], deleted=True)
    assert list(IndexAction.objects.order_by("id").values_list("document_id", "kind")) == [
        (3, "delete"),
        (4, "delete"),
    ]
