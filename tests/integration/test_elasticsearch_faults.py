"""Elasticsearch down, slow, red, of another version, without its index or with another mapping: said, survived, mended."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from search import engines, indexing, tasks
from search.archive.models import NormativeDocument
from search.engines import elasticsearch_admin, elasticsearch_bulk, elasticsearch_server
from search.engines.base import (
    Changes,
    DocumentsRefused,
    EngineBusy,
    EngineUnavailable,
    IndexUnusable,
    LockLost,
)
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch_lock import DocumentLock
from search.engines.elasticsearch_server import ServerOptions
from search.models import ActionStatus, IndexAction
from search.plan import make_plan
from search.preparation import PreparedDocument, prepare
from search.query import SearchQuery
from tests.factories.search import ArchivedDocumentFactory, IndexActionFactory
from tests.support.archive_rows import DAY, row
from tests.support.elasticsearch import StandIn, engine_on_server, stand_in

pytestmark = [pytest.mark.services, pytest.mark.django_db]

PLAN = make_plan(SearchQuery(q="公积金"), day=DAY)


def document(pk: int, title: str = "住房公积金提取办法", **fields: object) -> PreparedDocument:
    return prepare(row(pk, title=title, text="第一条 公积金。", **fields))


def found(engine: ElasticsearchEngine) -> set[int]:
    return {hit.id for hit in engine.search(PLAN).hits}


def using(settings: Settings, url: str) -> None:
    """Let the site use the server at `url`, which is waited for briefly."""
    settings.ELASTICSEARCH_URL = url
    settings.ELASTICSEARCH_SEARCH_TIMEOUT = 0.3
    engines._elasticsearch.cache_clear()


@pytest.fixture
def engine() -> Iterator[ElasticsearchEngine]:
    with engine_on_server() as made:
        yield made


@pytest.fixture
def site(engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch) -> ElasticsearchEngine:
    """The engine the whole site uses in this test."""
    monkeypatch.setattr(indexing, "get_engine", lambda: engine)
    monkeypatch.setattr(tasks, "get_engine", lambda: engine)
    monkeypatch.setattr("search.selectors.get_engine", lambda: engine)
    return engine


class TestDown:
    URL = "http://127.0.0.1:1"

    def test_the_page_answers_from_titles_and_says_so(self, settings: Settings, client: Client) -> None:
        using(settings, self.URL)
        wanted = ArchivedDocumentFactory.create(title="云岭省渔业捕捞管理办法")
        response = client.get("/search/", {"q": "渔业捕捞"})
        assert response.status_code == 200
        assert wanted.title in response.content.decode().replace("<mark>", "").replace("</mark>", "")
        assert "全文检索暂时不可用" in response.content.decode()

    def test_finding_nothing_is_no_answer(self, settings: Settings, client: Client) -> None:
        using(settings, self.URL)
        ArchivedDocumentFactory.create()
        for path in ("/search/", "/api/v1/documents/"):
            response = client.get(path, {"q": "只在正文里的话"})
            assert response.status_code == 503, path
            assert "Retry-After" in response.headers

    def test_publishing_goes_on_and_rows_keep_their_tries(self, settings: Settings) -> None:
        using(settings, self.URL)
        IndexActionFactory.for_document(ArchivedDocumentFactory.create())
        for _ in range(indexing.MAX_TRIES + 2):
            with pytest.raises(EngineUnavailable):
                indexing.drain()
            tasks.catch_up()
        action = IndexAction.objects.get()
        assert (action.status, action.tries) == (ActionStatus.PENDING, 0)

    def test_it_is_said_to_operators(self, settings: Settings, client: Client) -> None:
        using(settings, self.URL)
        status = engines.get_engine().status()
        assert (status.usable, status.repairable) == (False, False)
        assert client.get("/readyz").json()["index"] == "Elasticsearch does not answer"

    def test_when_it_is_back_the_worker_catches_up_by_itself(
        self, site: ElasticsearchEngine, settings: Settings
    ) -> None:
        IndexActionFactory.for_document(ArchivedDocumentFactory.create())
        tasks.catch_up()
        assert IndexAction.objects.get().status == ActionStatus.DONE
        assert site.status().documents == 1

    def test_a_server_that_comes_back_without_its_index_is_given_one(self, site: ElasticsearchEngine) -> None:
        """The worker asks twice in one task, and both times the server is there."""
        IndexActionFactory.for_document(ArchivedDocumentFactory.create())
        site.server.breaker.failed(slow=False)
        site.server.breaker._until = 0.0  # the pause after the fault is over
        tasks.catch_up()
        assert IndexAction.objects.get().status == ActionStatus.DONE
        assert site.status().documents == 1


class TestSlow:
    def test_only_the_first_requests_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(elasticsearch_server, "OPEN_FIRST", 0.3)
        with stand_in(delay=5.0) as server:
            engine = ElasticsearchEngine(ServerOptions(server.url, search_timeout=0.1), "slow")
            for _ in range(2):
                with pytest.raises(EngineUnavailable, match="in time"):
                    engine.search(PLAN)
            asked = len(server.requests)
            began = time.monotonic()
            for _ in range(50):
                with pytest.raises(EngineUnavailable):
                    engine.search(PLAN)
            assert time.monotonic() - began < 0.1
            assert len(server.requests) == asked
            time.sleep(0.3)
            with pytest.raises(EngineUnavailable):
                engine.search(PLAN)
            assert len(server.requests) > asked

    def test_one_slow_answer_is_no_outage(self) -> None:
        with stand_in(delay=5.0) as server:
            engine = ElasticsearchEngine(ServerOptions(server.url, search_timeout=0.1), "slow")
            with pytest.raises(EngineUnavailable):
                engine.search(PLAN)
            engine.server.breaker.check()


class TestWrongServer:
    @pytest.mark.parametrize("version", ["7.17.9", "9.0.1"])
    def test_another_major_version_is_refused_and_named(
        self, version: str, settings: Settings, client: Client
    ) -> None:
        with stand_in(version=version) as server:
            using(settings, server.url)
            assert version in engines.get_engine().status().reason
            assert version in client.get("/readyz").json()["index"]
            messages = run_checks(tags=["search"], include_deployment_checks=True)
            assert [m.id for m in messages] == ["yanlu.E008"]
            assert version in messages[0].msg
            with pytest.raises(EngineUnavailable):
                engines.get_engine().search(PLAN)

    def test_a_server_that_is_something_else(self) -> None:
        with stand_in(product="") as server:
            engine = ElasticsearchEngine(ServerOptions(server.url), "other")
            assert engine.status().reason == "the server is not Elasticsearch"

    @pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
    def test_errors_are_an_outage_not_an_empty_answer(self, status: int) -> None:
        with stand_in(status=status) as server:
            engine = ElasticsearchEngine(ServerOptions(server.url), "broken")
            with pytest.raises(EngineUnavailable):
                engine.search(PLAN)
            assert not engine.status().usable


class TestRed:
    def test_a_missing_part_is_said_and_not_searched_around(self, engine: ElasticsearchEngine) -> None:
        client, admin = engine.server.writing, engine.admin
        name = admin.create(client)
        client.indices.delete(index=name)
        client.indices.create(
            index=name,
            settings={"number_of_replicas": 0, "routing.allocation.require._name": "nobody"},
            mappings=elasticsearch_mapping(),
            wait_for_active_shards=0,
        )
        client.indices.update_aliases(actions=[{"add": {"index": name, "alias": admin.alias}}])
        status = engine.status()
        assert (status.usable, status.repairable) == (False, False)
        assert "red" in status.reason
        with pytest.raises(EngineUnavailable):
            engine.search(PLAN)


def elasticsearch_mapping() -> dict[str, object]:
    from search.engines.elasticsearch_schema import build_mapping

    return build_mapping()


class TestIndexMissingOrChanged:
    def test_no_index_yet_is_built_by_the_first_drain(self, site: ElasticsearchEngine) -> None:
        wanted = ArchivedDocumentFactory.create()
        with pytest.raises(IndexUnusable):
            site.search(PLAN)
        assert indexing.drain().rebuilt == 1
        assert found(site) == {wanted.pk}

    def test_a_field_added_by_hand_is_noticed_and_mended(self, site: ElasticsearchEngine) -> None:
        ArchivedDocumentFactory.create()
        indexing.rebuild()
        client = site.server.writing
        client.indices.put_mapping(index=site.admin.alias, properties={"mine": {"type": "keyword"}})
        assert site.status().reason == "the mapping of the index was changed: mine"
        site._known.clear()
        with pytest.raises(IndexUnusable):
            site.search(PLAN)
        assert indexing.ensure_index() == 1
        assert site.status().usable

    def test_an_index_of_another_version_is_rebuilt_not_written(self, site: ElasticsearchEngine) -> None:
        IndexActionFactory.for_document(ArchivedDocumentFactory.create())
        indexing.rebuild()
        client = site.server.writing
        client.indices.put_mapping(index=site.admin.alias, meta={"yanlu": {"schema": 0}})
        with pytest.raises(IndexUnusable, match="another version"):
            site.apply([document(99)], [])
        tasks.catch_up()
        assert site.status().documents == 1

    def test_an_index_in_the_place_of_the_alias_is_replaced(self, site: ElasticsearchEngine) -> None:
        ArchivedDocumentFactory.create()
        site.server.writing.index(index=site.admin.alias, document={"id": 1})
        assert "not the alias" in site.status().reason
        assert indexing.ensure_index() == 1
        assert site.status().usable

    def test_an_index_deleted_by_hand_is_not_made_again_by_writing(self, site: ElasticsearchEngine) -> None:
        site.rebuild([document(1)])
        for name in site.admin._behind_alias(site.server.writing):
            site.server.writing.indices.delete(index=name)
        with pytest.raises(IndexUnusable):
            site.apply([document(2)], [])
        assert not site.server.writing.indices.exists(index=site.admin.alias)

    def test_reindex_says_what_it_did(
        self, site: ElasticsearchEngine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ArchivedDocumentFactory.create()
        call_command("reindex", verbosity=1)
        assert "1" in capsys.readouterr().out
        assert site.status().documents == 1


class TestWriting:
    def test_a_change_is_visible_at_once(self, engine: ElasticsearchEngine) -> None:
        engine.rebuild([document(1)])
        began = time.monotonic()
        engine.apply([document(2), document(3)], [1])
        assert found(engine) == {2, 3}
        assert time.monotonic() - began < 5
        engine.apply([], [2, 404])
        assert found(engine) == {3}

    def test_a_document_the_server_refuses_does_not_stop_the_others(
        self, engine: ElasticsearchEngine
    ) -> None:
        engine.rebuild([])
        good, bad = document(1), document(2)
        huge = replace(bad, keywords={**bad.keywords, "issuer": ("长" * 20_000,)})
        with pytest.raises(DocumentsRefused) as refusal:
            engine.apply([good, huge], [])
        assert set(refusal.value.reasons) == {2}
        assert found(engine) == {1}

    def test_a_refused_document_is_left_for_a_person(
        self, site: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ArchivedDocumentFactory.create()
        bad = ArchivedDocumentFactory.create()
        monkeypatch.setattr("search.parallel.prepare", lambda row: too_large(row, bad.pk))
        assert indexing.rebuild() == 1
        failed = IndexAction.objects.get(status=ActionStatus.FAILED)
        assert failed.document_id == bad.pk
        assert "32766" in failed.reason

    def test_a_server_that_is_behind_is_given_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(elasticsearch_bulk, "FIRST_PAUSE", 0.01)
        with stand_in(refusals=3) as server:
            written, refused = self.write_to(server)
        assert (written, refused) == (2, {})
        assert len([path for path in server.requests if "_bulk" in path]) == 4

    def test_a_server_that_stays_behind_is_an_outage(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(elasticsearch_bulk, "FIRST_PAUSE", 0.001)
        monkeypatch.setattr(elasticsearch_bulk, "RETRIES", 2)
        with stand_in(refusals=99) as server, pytest.raises(EngineUnavailable, match="at the moment"):
            self.write_to(server)

    def test_requests_are_of_bounded_size(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(elasticsearch_bulk, "CHUNK_BYTES", 1_000)
        with stand_in() as server:
            self.write_to(server)
        assert len([path for path in server.requests if "_bulk" in path]) == 2

    def write_to(self, server: StandIn) -> tuple[int, dict[int, str]]:
        client = ElasticsearchEngine(ServerOptions(server.url), "bulk").server.writing
        long = {"text": "住房公积金" * 200}
        documents = [prepare(row(pk, title="甲乙", **long)) for pk in (1, 2)]
        return elasticsearch_bulk.write(client, "x", documents, alias=False)


def too_large(row: dict[str, object], pk: int) -> PreparedDocument:
    made = prepare(row)
    return replace(made, keywords={**made.keywords, "issuer": ("长" * 20_000,)}) if made.id == pk else made


def take_over(engine: ElasticsearchEngine) -> None:
    """What another process does when the writer has given no sign of life for long enough."""
    lock, client = engine._writer_lock, engine.server.writing
    seen = lock._seen(client)
    assert seen
    lock.write(client, "another", seen)
    client.delete(index=lock.index, id=lock.name)


def taken_over(engine: ElasticsearchEngine) -> Callable[..., tuple[int, dict[int, str]]]:
    """The writing of documents, at whose end another process has taken over."""

    def write(*args: Any, **options: Any) -> tuple[int, dict[int, str]]:
        done = elasticsearch_bulk.write(*args, **options)
        take_over(engine)
        return done

    return write


class TestOneWriter:
    def lock(self, engine: ElasticsearchEngine, ttl: float = 30.0) -> DocumentLock:
        return DocumentLock(engine.admin.lock_index, "builder", ttl)

    def test_a_second_builder_is_told(
        self, engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("search.engines.elasticsearch.LOCK_TIMEOUT", 0.2)
        with self.lock(engine).hold(engine.server.writing, 1.0), pytest.raises(EngineBusy):
            engine.rebuild([document(1)])
        assert engine.rebuild([document(1)]) == 1

    def test_the_lock_of_a_killed_writer_is_taken_over(self, engine: ElasticsearchEngine) -> None:
        client = engine.server.writing
        self.lock(engine)._acquire(client, 1.0, "killed")
        with self.lock(engine, ttl=0.3).hold(client, 2.0):
            pass
        with self.lock(engine).hold(client, 0.5):
            pass

    def test_a_living_holder_keeps_it_however_long(self, engine: ElasticsearchEngine) -> None:
        client = engine.server.writing
        with (
            self.lock(engine, ttl=0.6).hold(client, 1.0) as held,
            pytest.raises(EngineBusy),
            self.lock(engine, ttl=0.6).hold(client, 1.5),
        ):
            pytest.fail("two writers")
        assert not held._lost

    def test_who_lost_the_lock_publishes_nothing(self, engine: ElasticsearchEngine) -> None:
        client = engine.server.writing
        with self.lock(engine).hold(client, 1.0) as held:
            client.delete(index=engine.admin.lock_index, id="builder")
            with self.lock(engine).hold(client, 1.0), pytest.raises(EngineBusy):
                held.confirm()

    def test_a_sign_of_life_whose_answer_was_lost_is_no_loss(self, engine: ElasticsearchEngine) -> None:
        client = engine.server.writing
        with self.lock(engine).hold(client, 1.0) as held:
            held._lock.write(client, held._holder, held._version)
            held.confirm()
            held.confirm()
        with self.lock(engine).hold(client, 0.5):
            pass

    def test_rows_of_a_writer_that_stood_still_too_long_are_done_again(
        self, site: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.rebuild([])
        IndexActionFactory.for_document(ArchivedDocumentFactory.create())
        with monkeypatch.context() as patched:
            patched.setattr("search.engines.elasticsearch.write", taken_over(site))
            with pytest.raises(LockLost):
                indexing.drain()
        assert IndexAction.objects.get().status == ActionStatus.PENDING
        assert indexing.drain().done == 1

    def test_a_builder_that_stood_still_while_others_wrote_publishes_nothing(
        self, engine: ElasticsearchEngine
    ) -> None:
        engine.rebuild([document(1)])

        def catch_up() -> Iterator[Changes]:
            yield [document(2)], []
            take_over(engine)

        with pytest.raises(LockLost):
            engine.rebuild([document(3)], catch_up)
        assert found(engine) == {1}

    def test_what_a_killed_builder_left_is_cleared_away(self, engine: ElasticsearchEngine) -> None:
        engine.rebuild([document(1)])
        left = engine.admin.create(engine.server.writing)
        engine.rebuild([document(1), document(2)])
        names = engine.server.writing.indices.get(index=f"{engine.admin.alias}.*")
        assert len(names) == 1
        assert left not in names

    def test_a_build_that_fails_leaves_the_old_index_and_nothing_else(
        self, engine: ElasticsearchEngine
    ) -> None:
        engine.rebuild([document(1)])

        def interrupted() -> Iterator[PreparedDocument]:
            yield document(2)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            engine.rebuild(interrupted())
        assert found(engine) == {1}
        assert len(engine.server.writing.indices.get(index=f"{engine.admin.alias}.*")) == 1


def test_two_threads_at_a_new_prefix_make_one_lock_index(engine: ElasticsearchEngine) -> None:
    engine.rebuild([])
    errors: list[BaseException] = []

    def write(pk: int) -> None:
        try:
            engine.apply([document(pk)], [])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(pk,)) for pk in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert found(engine) == {1, 2, 3, 4}


def test_deep_paging_ends_where_the_site_says(engine: ElasticsearchEngine) -> None:
    engine.rebuild([document(1)])
    plan = make_plan(SearchQuery(q="公积金", page=1_000, page_size=10), day=DAY)
    assert (engine.search(plan).total, engine.search(plan).hits) == (1, ())


class TestBuildingWhileOthersReadAndWrite:
    def test_no_search_fails_while_the_index_is_swapped(self, engine: ElasticsearchEngine) -> None:
        engine.grace = 1.0
        documents = [document(pk) for pk in range(1, 4)]
        engine.rebuild(documents)
        stop, failures, answers = threading.Event(), [], []

        def read() -> None:
            while not stop.is_set():
                try:
                    answers.append(len(engine.search(PLAN).hits))
                except EngineUnavailable as error:
                    failures.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            engine.rebuild(documents)
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(answers) == {3}

    def test_what_is_published_during_a_build_is_in_the_new_index(self, site: ElasticsearchEngine) -> None:
        changed, gone = ArchivedDocumentFactory.create(), ArchivedDocumentFactory.create()
        indexing.rebuild()

        def meanwhile(documents: Iterator[PreparedDocument], total: int) -> Iterator[PreparedDocument]:
            yield from documents
            # All are read; now a worker goes on with what is published.
            NormativeDocument.objects.filter(pk=changed.pk).update(title="云岭省渔业捕捞管理办法")
            added = ArchivedDocumentFactory.create(title="云岭省渔业资源保护办法")
            for pk in (changed.pk, added.pk, gone.pk):
                IndexActionFactory.create(document_id=pk)
            gone.delete()
            assert indexing.drain().done == 3
            assert site.search(make_plan(SearchQuery(q="渔业"), day=DAY)).total == 2

        indexing.rebuild(progress=meanwhile)  # type: ignore[arg-type]
        assert site.search(make_plan(SearchQuery(q="渔业"), day=DAY)).total == 2
        assert site.status().documents == 2
        assert not indexing.has_pending()

    def test_a_clock_that_is_set_back_meanwhile_hides_nothing(self, site: ElasticsearchEngine) -> None:
        changed = ArchivedDocumentFactory.create()
        indexing.rebuild()

        def meanwhile(documents: Iterator[PreparedDocument], total: int) -> Iterator[PreparedDocument]:
            yield from documents
            NormativeDocument.objects.filter(pk=changed.pk).update(title="云岭省渔业捕捞管理办法")
            IndexActionFactory.create(document_id=changed.pk)
            assert indexing.drain(timezone.now() - dt.timedelta(hours=1)).done == 1

        indexing.rebuild(progress=meanwhile)  # type: ignore[arg-type]
        assert site.search(make_plan(SearchQuery(q="渔业"), day=DAY)).total == 1


def test_a_large_index_keeps_no_copies_of_its_documents(
    engine: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elasticsearch needs a second copy of each document until no other machine can ask for it."""
    documents = [document(pk, title=f"第{pk}号办法{uuid4().hex}" * 9) for pk in range(1, 700)]

    def in_two_parts() -> Iterator[PreparedDocument]:
        for each in documents:
            if each.id == 450:
                with engine.server.accepting() as client:
                    client.indices.refresh(index=f"{engine.admin.alias}.*")
            yield each

    def size() -> int:
        engine.rebuild(in_two_parts())
        with engine.server.accepting() as client:
            stats = client.indices.stats(index=engine.admin.alias, metric="store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    at_once = size()
    monkeypatch.setattr(elasticsearch_admin, "LET_GO_FROM", 0)
    assert size() < 0.7 * at_once
    assert engine.status().documents == len(documents)
