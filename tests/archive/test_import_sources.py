"""What an import is pointed at: archives and names as other systems write them, rows inside archives, originals that are whole."""

from __future__ import annotations

import gzip
import json
import os
import resource
import stat
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.archive.enums import Reason
from search.archive.importing import originals, pool
from search.archive.importing.entries import Prepared
from search.archive.importing.pool import FilePool
from search.archive.importing.prepare import prepare_source
from search.archive.importing.run import ArchiveImport
from search.archive.importing.sources import Source, discover, members, read_bytes
from search.archive.models import ImportItem, NormativeDocument, OriginalFile
from search.archive.readers import Unreadable
from tests.archive import builders, files

ROW = {"id": "r1", "title": "云岭省停车条例", "doc_type": "地方性法规", "text": "第一条 甲。\n第二条 乙。"}


def line(**changes: Any) -> bytes:
    return json.dumps({**ROW, **changes}, ensure_ascii=False).encode() + b"\n"


def outcome(*paths: Path) -> dict[str, int]:
    tally = ArchiveImport(jobs=1).run(paths).tally
    return {key: n for key, n in tally.outcomes.items() if n}


def waiting() -> ImportItem:
    return ImportItem.objects.waiting().get()


def kept(item: ImportItem) -> bytes:
    assert item.original is not None
    return bytes((settings.ARCHIVE_ORIGINALS_DIR / item.original.path).read_bytes())


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_an_archive_that_does_not_say_their_encoding(tmp_path: Path, encoding: str) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(builders.zip_with_raw_names([("目录/停车办法.txt".encode(encoding), b"x")]))
    found = list(members(Source(archive)))
    assert [s.name for s in found] == ["停车办法.txt"]
    assert found[0].origin.endswith("a.zip!目录/停车办法.txt")
    assert read_bytes(found[0]) == b"x"


def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(builders.zip_with_raw_names([(b"a.txt", b"one"), (b"a.txt", b"two")]))
    assert [read_bytes(s) for s in members(Source(archive))] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("../停车.txt", True),
        ("./停车.txt", True),
        (".hidden/停车.txt", False),
        ("~$停车.docx", False),
        ("a/Thumbs.db", False),
    ],
)
def test_which_members_are_passed_over(tmp_path: Path, name: str, read: bool) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(files.zipped({name: b"x"}))
    assert bool(list(members(Source(archive)))) is read


@pytest.mark.django_db
def test_a_file_whose_name_is_gbk_on_disk(tmp_path: Path) -> None:
    # As `unzip` leaves them: bytes that are no UTF-8, which Python writes as halves of surrogate pairs.
    (tmp_path / os.fsdecode("云岭省停车办法.txt".encode("gbk"))).write_text(files.NOTICE)
    (tmp_path / os.fsdecode("扫描件.pdf".encode("gbk"))).write_bytes(files.scanned_pdf())
    assert outcome(tmp_path) == {"added": 1, "set_aside": 1}
    assert OriginalFile.objects.filter(name="云岭省停车办法.txt").exists()
    assert (waiting().title, waiting().origin.rpartition("/")[2]) == ("扫描件.pdf", "扫描件.pdf")
    assert outcome(tmp_path) == {"unchanged": 1, "waiting": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 broken",
        builders.marked_as_utf8(builders.zip_with_raw_names([(b"ab\xff\xfe.txt", b"x")])),
        files.zipped({"a.txt": b"x"})[:-30],
        b"",
    ],
    ids=["nonsense", "names", "cut", "empty"],
)
def test_an_archive_that_cannot_be_opened_is_told_and_kept_and_stops_nothing(
    tmp_path: Path, data: bytes
) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    (tmp_path / "b.txt").write_text(files.NOTICE)
    assert outcome(tmp_path) == {"added": 1, "set_aside": 1}
    assert waiting().reason_code == Reason.UNREADABLE
    assert kept(waiting()) == data


@pytest.mark.django_db
def test_an_archive_that_vanishes_or_is_locked_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(files.zipped({"a.txt": b"x"}))
    (tmp_path / "b.jsonl").write_bytes(line())
    (tmp_path / "c.txt").write_text(files.NOTICE)
    real = Path.stat

    def refused(path: Path, **kwargs: Any) -> os.stat_result:
        if path.name in ("a.zip", "b.jsonl"):
            raise PermissionError(13, "Permission denied")
        return real(path, **kwargs)

    monkeypatch.setattr(Path, "stat", refused)
    assert outcome(tmp_path) == {"added": 1, "set_aside": 2}
    assert set(ImportItem.objects.waiting().values_list("reason_code", flat=True)) == {Reason.UNREADABLE}
    assert all("Permission denied" in item.reason for item in ImportItem.objects.waiting())


@pytest.mark.django_db
def test_a_locked_member_waits_with_the_archive_around_it_as_its_original(tmp_path: Path) -> None:
    data = builders.locked_zip("停车办法.txt", files.NOTICE.encode())
    (tmp_path / "a.zip").write_bytes(data)
    assert outcome(tmp_path) == {"set_aside": 1}
    item = waiting()
    assert item.reason_code == Reason.ENCRYPTED and item.title == "停车办法.txt"
    assert item.original and item.original.name == "a.zip" and kept(item) == data
    assert outcome(tmp_path) == {"waiting": 1}


@pytest.mark.django_db
def test_several_members_nobody_can_take_out_are_several_items(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.importing.sources.READ_LIMIT", 10)
    monkeypatch.setattr("search.archive.importing.sources.open_member.__kwdefaults__", {"limit": 10})
    (tmp_path / "a.zip").write_bytes(files.zipped({"a.txt": b"x" * 20, "b.txt": b"y" * 20, "c.txt": b"z"}))
    assert outcome(tmp_path)["set_aside"] == 3
    large = ImportItem.objects.waiting().filter(reason_code=Reason.TOO_LARGE)
    assert sorted(i.title for i in large) == ["a.txt", "b.txt"]
    assert {i.original.name for i in large if i.original} == {"a.zip"}


@pytest.mark.django_db
def test_an_archive_packed_too_deep_is_kept_by_itself(tmp_path: Path) -> None:
    innermost = files.zipped({"停车办法.txt": files.NOTICE.encode()})
    (tmp_path / "a.zip").write_bytes(files.zipped({"b.zip": files.zipped({"c.zip": innermost})}))
    assert outcome(tmp_path) == {"set_aside": 1}
    assert waiting().reason_code == Reason.UNSUPPORTED and "嵌套过深" in waiting().reason
    assert kept(waiting()) == innermost


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_rows_inside_an_archive_are_rows(tmp_path: Path, name: str) -> None:
    data = line() + b"{broken\n" + line(id="r2", title="云岭省停车办法")
    packed = gzip.compress(data) if name.endswith(".gz") else data
    (tmp_path / "a.zip").write_bytes(files.zipped({f"in/{name}": packed, "b.txt": files.NOTICE.encode()}))
    assert outcome(tmp_path) == {"added": 3, "set_aside": 1}
    assert "第 2 行" in waiting().reason and waiting().origin.endswith(f"a.zip!in/{name}:2")
    assert kept(waiting()) == packed and waiting().original.name == name  # type: ignore[union-attr]
    assert outcome(tmp_path) == {"unchanged": 3, "waiting": 1}


def test_a_stored_original_is_whole_readable_by_the_group_and_repaired_when_it_is_not(tmp_path: Path) -> None:
    data = b"the bytes as they came"
    sha256 = originals.digest_bytes(data)
    target = tmp_path / originals.relative_path(sha256)
    source = tmp_path / "source"
    source.write_bytes(data)
    ways: list[Callable[[], None]] = [
        lambda: originals.keep_bytes(data, sha256, tmp_path),
        lambda: originals.keep_file(source, sha256, tmp_path),
    ]
    for keep in ways:
        keep()
        assert target.read_bytes() == data
        assert stat.S_IMODE(target.stat().st_mode) == 0o640
        # Power was lost before the bytes reached the disk.
        target.write_bytes(b"")
        keep()
        assert target.read_bytes() == data
        target.unlink()
    assert [p.name for p in tmp_path.rglob(".part-*")] == []


@pytest.mark.parametrize("fails", ["write", "replace"])
def test_an_original_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if fails == "write" else (Path, "replace", full)))
    with pytest.raises(OSError, match="No space"):
        originals.keep_bytes(b"data", originals.digest_bytes(b"data"), tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_memory_that_runs_out_is_told_and_the_file_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr("search.archive.importing.prepare.readers.read", no_memory)
    (tmp_path / "a.txt").write_text("x")
    entry = prepare_source(Source(tmp_path / "a.txt"), root=tmp_path / "kept").entries[0]
    assert entry.reason is Reason.TOO_LARGE and "内存" in entry.message
    assert entry.original and (tmp_path / "kept" / entry.original.path).read_text() == "x"


@hypothesis_settings(deadline=None, max_examples=80)
@example(b"", [(127, 0)])
@given(st.binary(max_size=60), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=10))
def test_no_bytes_of_an_archive_break_the_walk(
    tmp_path_factory: Any, tail: bytes, changes: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    data = bytearray(files.zipped({"a.txt": b"x" * 50, "b/c.txt": b"y"}) + tail)
    for place, value in changes:
        data[place % len(data)] = value
    path.write_bytes(data)
    try:
        found = list(members(Source(path)))
    except Unreadable as refused:
        assert refused.reason in (Reason.UNREADABLE, Reason.TOO_LARGE) and refused.message
        return
    for member in found:
        entries = prepare_source(member, root=None).entries
        assert entries[0].reason is not Reason.FAILED


class DyingProcesses:
    """Processes of which one dies at `killer` files: its work is lost, and nothing is taken afterwards."""

    def __init__(self) -> None:
        self.broken = False

    def submit(self, prepare: Any, source: Source) -> Future[Prepared]:
        if self.broken:
            raise BrokenProcessPool("a process died")
        future: Future[Prepared] = Future()
        if source.name.startswith("killer"):
            self.broken = True
            future.set_exception(BrokenProcessPool("a process died"))
        else:
            future.set_result(prepare(source))
        return future


@pytest.mark.parametrize("killers", [{3}, {0, 1}, {3, 18, 19}, set(range(20))])
def test_a_file_that_kills_its_process_stops_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killers: set[int]
) -> None:
    for n in range(20):
        (tmp_path / f"{n:02d}").mkdir()
        (tmp_path / f"{n:02d}" / ("killer.txt" if n in killers else "file.txt")).write_text(files.NOTICE)
    running: dict[int, DyingProcesses] = {}
    monkeypatch.setattr(FilePool, "_pool", lambda one: running.setdefault(id(one), DyingProcesses()))
    monkeypatch.setattr(FilePool, "_stop", lambda one: running.pop(id(one), None))
    with FilePool(jobs=2, root=None) as processes:
        prepared = list(processes.run(discover([tmp_path])))
    assert [bool(p.entries[0].reason) for p in prepared] == [n in killers for n in range(20)]
    assert {p.entries[0].reason for p in prepared if p.entries[0].reason} == {Reason.FAILED}


def test_a_reading_process_may_not_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(
        "search.archive.importing.pool.resource.setrlimit", lambda _what, limit: limits.append(limit)
    )
    monkeypatch.setattr("search.archive.importing.pool.sys.platform", "linux")
    monkeypatch.setattr(
        "search.archive.importing.pool.resource.getrlimit", lambda _what: (resource.RLIM_INFINITY,) * 2
    )
    pool._start("zh-hans")
    assert limits == [(pool._ADDRESS_SPACE, resource.RLIM_INFINITY)]


@pytest.mark.django_db
def test_rows_that_say_odd_things_of_themselves_stop_nothing(tmp_path: Path) -> None:
    odd = [
        line(status=["失效"]), line(id="R", title="半字").replace(b'"R"', b'"\\ud800r"'), line(id=True, title="真"),
        line(id="长" * 300, title="长一"), line(id="长" * 300 + "二", title="长二"), line(id={"a": 1}, title="无"),
    ]  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(b"".join(odd))
    tally = outcome(tmp_path)
    assert tally == {"added": 6}
    assert set(NormativeDocument.objects.values_list("title", flat=True)) >= {
        "长一",
        "长二",
        "真",
        "无",
        "半字",
    }
    assert not NormativeDocument.objects.filter(source_key="id:True").exists()
