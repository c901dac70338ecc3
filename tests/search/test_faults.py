"""The embedded index under faults: damaged, killed, full, read-only. Detected, answered around, built anew; nothing lost."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.test import Client

from search import indexing, tasks
from search.archive.models import NormativeDocument
from search.engines import get_engine, storage
from search.engines.base import EngineUnavailable, IndexUnusable
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_faults import find_damage, translated
from search.models import ActionStatus, IndexAction
from search.plan import make_plan
from search.preparation import PreparedDocument, prepare
from search.query import SearchQuery
from tests.factories.search import ArchivedDocumentFactory, IndexActionFactory
from tests.support.archive_rows import DAY, row

PLAN = make_plan(SearchQuery(q="公积金 提取"), day=DAY)
ROOT = Path(__file__).resolve().parents[2]


def document(pk: int, text: str = "第一条 公积金的提取。") -> PreparedDocument:
    return prepare(row(pk, title=f"住房公积金提取办法之{pk}", text=text))


def found(engine: EmbeddedEngine) -> set[int]:
    return {hit.id for hit in engine.search(PLAN).hits}


def generations(folder: Path) -> list[Path]:
    return list(folder.glob("g-*"))


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    made = EmbeddedEngine(tmp_path / "index")
    made.rebuild([document(pk) for pk in range(1, 6)])
    return made


def damage(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    if how == "gone":
        path.unlink()
    elif how == "short":
        path.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 3] ^= 0xFF
        path.write_bytes(data)


class TestDamage:
    @pytest.mark.parametrize("how", ["gone", "short", "changed"])
    @pytest.mark.parametrize("part", ["fast", "fieldnorm", "idx", "pos", "store", "term"])
    def test_every_file_is_looked_at(self, engine: EmbeddedEngine, part: str, how: str) -> None:
        generation = engine.storage.current()
        assert find_damage(generation) == ""
        damage(next(generation.glob(f"*.{part}")), how)
        assert part in find_damage(generation)
        status = EmbeddedEngine(engine.storage.folder).verify()
        assert (status.usable, status.repairable) == (False, True)

    @pytest.mark.parametrize("how", ["gone", "short", "changed"])
    def test_the_list_of_segments_is_damaged(self, engine: EmbeddedEngine, how: str) -> None:
        meta = engine.storage.current() / "meta.json"
        meta.write_text("{") if how == "changed" else damage(meta, how)
        with pytest.raises(IndexUnusable):
            EmbeddedEngine(engine.storage.folder).search(PLAN)

    @pytest.mark.parametrize("content", [b"", b"g-0-gone", b"../etc", b"\xff\xfe"])
    def test_a_pointer_that_leads_nowhere(self, engine: EmbeddedEngine, content: bytes) -> None:
        (engine.storage.folder / "CURRENT").write_bytes(content)
        assert engine.status().reason == "no index has been built yet"
        assert engine.rebuild([document(9)]) == 1
        assert found(engine) == {9}
        assert len(generations(engine.storage.folder)) == 1

    def test_what_another_process_finds_damaged_answers_no_more(self, engine: EmbeddedEngine) -> None:
        assert found(engine)
        EmbeddedEngine(engine.storage.folder).storage.condemn(engine.storage.current(), "a bad block")
        with pytest.raises(IndexUnusable, match="damaged"):
            engine.search(PLAN)

    def test_what_was_swapped_in_at_that_moment_is_watched_too(
        self, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other, look = EmbeddedEngine(engine.storage.folder), storage._look

        def swapped_first(file: str) -> object:
            if file.endswith("CURRENT"):
                other.rebuild([document(5)])
            return look(file)

        engine.storage._last = None
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(storage, "_look", swapped_first)
            generation = engine.storage.current()
        assert generation == other.storage.current()
        other.storage.condemn(generation, "a bad block")
        with pytest.raises(IndexUnusable, match="damaged"):
            engine.storage.current()

    def test_files_that_are_as_they_were_are_not_read_again(
        self, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        generation = engine.storage.current()
        monkeypatch.setattr(engine.storage, "_checked", pytest.fail)
        assert engine.storage.current() == generation
        (engine.storage.folder / "CURRENT").unlink()
        with pytest.raises(pytest.fail.Exception):
            engine.storage.current()

    def test_random_bytes_never_come_out_as_anything_but_unavailable(self, engine: EmbeddedEngine) -> None:
        rng, folder = random.Random(2), engine.storage.folder
        whole = {path: path.read_bytes() for path in engine.storage.current().iterdir()}
        for _ in range(25):
            path = rng.choice(
                [p for p in whole if p.suffix in (".fast", ".idx", ".pos", ".term", ".fieldnorm")]
            )
            data = bytearray(whole[path])
            for _ in range(40):
                data[rng.randrange(len(data))] = rng.randrange(256)
            path.write_bytes(data)
            with suppress(EngineUnavailable):
                EmbeddedEngine(folder).search(PLAN)
            path.write_bytes(whole[path])
        assert EmbeddedEngine(folder).verify().usable

    def test_a_panic_is_an_outage_and_other_ends_are_not(self) -> None:
        panic = type("PanicException", (BaseException,), {})
        with pytest.raises(EngineUnavailable, match="damaged"), translated("reading"):
            raise panic
        with pytest.raises(KeyboardInterrupt), translated("reading"):
            raise KeyboardInterrupt

    def test_readers_are_answered_and_the_worker_builds_it_anew(
        self,
        archive: Callable[..., NormativeDocument],
        index_folder: Path,
        client: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        wanted = archive(title="云岭省渔业捕捞管理办法", text="渔业。")
        asked: list[int] = []
        monkeypatch.setattr(tasks.build_index, "delay", lambda: asked.append(1))
        damage(next(generations(index_folder)[0].glob("*.term")), "short")
        get_engine()._open = None  # type: ignore[attr-defined]
        response = client.get("/search/", {"q": "渔业捕捞"})
        assert response.status_code == 200
        assert "没有查正文" in response.content.decode()
        assert asked == [1]
        tasks.build_index()
        assert {hit.id for hit in get_engine().search(make_plan(SearchQuery(q="渔业"), day=DAY)).hits} == {
            wanted.pk
        }
        assert len(generations(index_folder)) == 1

    def test_silent_damage_is_found_by_the_nightly_look(
        self, archive: Callable[..., NormativeDocument], index_folder: Path
    ) -> None:
        archive()
        damage(next(generations(index_folder)[0].glob("*.idx")), "changed")
        tasks.catch_up()
        assert (generations(index_folder)[0] / "BROKEN").exists() is False
        tasks.build_index()
        assert find_damage(generations(index_folder)[0]) == ""


#: A writer that says when it is in the middle and then waits to be killed.
_WRITER = """
import sys, time
sys.path[:0] = [{root!r}, {root!r} + "/site"]
from pathlib import Path
from search.preparation import PreparedDocument
from search.engines.embedded import EmbeddedEngine
def document(pk):
    return PreparedDocument(pk, {{"title_pairs": "公积 积金", "body_pairs": "提取"}}, {{}}, {{"newest": pk, "oldest": pk}}, {{}})
def documents():
    for pk in range(100, 400):
        yield document(pk)
    print("ready", flush=True)
    time.sleep(60)
    yield document(999)
engine = EmbeddedEngine(Path({folder!r}))
{call}
"""


@pytest.mark.parametrize("call", ["engine.rebuild(documents())", "engine.apply(documents(), [])"])
def test_a_killed_writer_loses_nothing_and_leaves_nothing(engine: EmbeddedEngine, call: str) -> None:
    folder = engine.storage.folder
    code = _WRITER.format(root=str(ROOT), folder=str(folder), call=call)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert found(EmbeddedEngine(folder)) == {1, 2, 3, 4, 5}
    engine.apply([document(6)], [1])
    assert found(engine) == {2, 3, 4, 5, 6}
    engine.rebuild([document(7)])
    assert found(engine) == {7}
    assert len(generations(folder)) == 1


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Writing beyond `size` bytes of one file fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


class TestFullDisk:
    LONG = "".join(chr(0x4E00 + n) for n in range(6_000))

    def test_a_build_that_does_not_fit_leaves_the_old_index(self, engine: EmbeddedEngine) -> None:
        before = generations(engine.storage.folder)
        with files_no_larger_than(20_000), pytest.raises(EngineUnavailable):
            engine.rebuild([document(pk, self.LONG) for pk in range(20, 60)])
        assert generations(engine.storage.folder) == before
        assert found(engine) == {1, 2, 3, 4, 5}

    def test_a_commit_that_does_not_fit_is_repeated_later(self, engine: EmbeddedEngine) -> None:
        large = [document(pk, self.LONG) for pk in range(20, 60)]
        with files_no_larger_than(20_000), pytest.raises(EngineUnavailable):
            engine.apply(large, [1])
        assert engine.verify().usable
        assert found(engine) == {1, 2, 3, 4, 5}
        engine.apply(large, [1])
        assert engine.status().documents == 44

    def test_rows_wait_for_room(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        IndexActionFactory.for_document(ArchivedDocumentFactory.create())
        get_engine().rebuild([])

        def full(*arguments: object) -> None:
            raise EngineUnavailable("the index cannot be written: no space left")

        with monkeypatch.context() as patched:
            patched.setattr(type(get_engine()), "apply", full)
            for _ in range(indexing.MAX_TRIES + 1):
                with pytest.raises(EngineUnavailable):
                    indexing.drain()
        action = IndexAction.objects.get()
        assert (action.status, action.tries) == (ActionStatus.PENDING, 0)
        assert "no space" in action.reason
        assert indexing.drain().done == 1


def test_a_folder_that_cannot_be_written_is_searched_and_said() -> None:
    """As another user than root, whom no mode keeps out."""
    home = Path(tempfile.mkdtemp(prefix="yanlu-read-only-"))
    try:
        engine = EmbeddedEngine(home / "index")
        engine.rebuild([document(1)])
        home.chmod(0o755)
        for path in (home, *home.rglob("*")):
            os.chown(path, 65_534, -1)
            path.chmod(0o555 if path.is_dir() else 0o444)
        with acting_as(65_534):
            reader = EmbeddedEngine(home / "index")
            assert found(reader) == {1}
            for write in (lambda: reader.apply([document(2)], []), lambda: reader.rebuild([document(2)])):
                with pytest.raises(EngineUnavailable, match="cannot be written"):
                    write()
            assert found(reader) == {1}
    finally:
        for path in (home, *home.rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(home)


@contextmanager
def acting_as(user: int) -> Iterator[None]:
    """Where this is root; anybody else is kept out by the modes already."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(before)


class TestBuildingWhileOthersReadAndWrite:
    def test_no_search_fails_while_the_index_is_swapped(self, engine: EmbeddedEngine) -> None:
        stop, failures, answers = threading.Event(), [], []

        def read() -> None:
            while not stop.is_set():
                try:
                    answers.append(len(found(engine)))
                except EngineUnavailable as error:
                    failures.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(6):
            engine.rebuild([document(pk) for pk in range(1, 6)])
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert set(answers) == {5}

    def test_two_writers_lose_nothing(self, engine: EmbeddedEngine) -> None:
        def write(start: int) -> None:
            other = EmbeddedEngine(engine.storage.folder)
            for pk in range(start, start + 5):
                other.apply([document(pk)], [])

        threads = [threading.Thread(target=write, args=(start,)) for start in (100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert engine.status().documents == 15

    @pytest.mark.django_db
    def test_what_is_published_during_a_build_is_in_the_new_index(self) -> None:
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

        indexing.rebuild(progress=meanwhile)  # type: ignore[arg-type]
        titles = make_plan(SearchQuery(q="渔业"), day=DAY)
        assert get_engine().search(titles).total == 2
        assert get_engine().status().documents == 2
        assert not indexing.has_pending()

    @pytest.mark.django_db
    def test_a_row_that_shows_up_during_a_build_is_not_taken_for_done(self) -> None:
        """Its transaction began before the build and ended after the texts were read: its id is lower than others'."""
        ArchivedDocumentFactory.create()
        indexing.rebuild()
        later = IndexActionFactory.create(document_id=1)
        late_id = later.pk
        later.delete()
        IndexActionFactory.create(pk=late_id + 1, document_id=1)

        def meanwhile(documents: Iterator[PreparedDocument], total: int) -> Iterator[PreparedDocument]:
            yield from documents
            IndexActionFactory.create(pk=late_id, document_id=1)

        indexing.rebuild(progress=meanwhile)  # type: ignore[arg-type]
        assert IndexAction.objects.get(pk=late_id).status == ActionStatus.PENDING
        assert IndexAction.objects.get(pk=late_id + 1).status == ActionStatus.DONE

    @pytest.mark.django_db
    def test_an_archive_that_cannot_be_prepared_does_not_replace_the_index(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ArchivedDocumentFactory.create_batch(3)
        indexing.rebuild()
        monkeypatch.setattr(indexing, "BROKEN_ALLOWED", 1)

        def wrong(row: object) -> PreparedDocument:
            raise ValueError("a mistake of ours")

        monkeypatch.setattr("search.parallel.prepare", wrong)
        with pytest.raises(EngineUnavailable, match="3 of 3"):
            indexing.rebuild()
        assert get_engine().status().documents == 3
