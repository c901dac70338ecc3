"""The import, end to end: counts add up, nothing crashes it, running again changes nothing, originals are kept."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from search.archive.enums import ItemStatus, Reason
from search.archive.importing import originals, rows
from search.archive.importing.pool import FilePool
from search.archive.importing.run import ArchiveImport, Report
from search.archive.importing.seen import SeenKeys
from search.archive.importing.sources import Source, discover, members, read_bytes
from search.archive.models import ImportItem, NormativeDocument, OriginalFile
from search.models import ActionStatus, IndexAction
from tests.archive import files
from tests.factories.archive import TEXT, day

pytestmark = pytest.mark.django_db


def row(n: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"n{n}", "title": f"云岭省停车场管理办法之{n}", "document_number_raw": f"云政发[2021]{n}号", "issuing_body": "云岭省财政厅、云岭省公安厅",
        "level": "province", "region": "云岭省", "doc_type": "规范性文件", "genre": "办法", "issued_on": "2021-03-02",
        "published_on": "2021-03-05", "effective_on": None, "effective_rule": "自印发之日起施行", "validity_text": "有效期5年。",
        "status": None, "history": [{"date": "2021-03-02", "event": "通过"}], "text_scope": "full", "text_origin": "markdown",
        "text": TEXT, "source": "某处", **changes,
    }  # fmt: skip


def jsonl(*given: dict[str, Any] | str) -> bytes:
    return "\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in given).encode()


def run(*paths: Path, **options: Any) -> Report:
    return ArchiveImport(jobs=1, **options).run(paths)


def counts(report: Report) -> dict[str, int]:
    return {k: v for k, v in report.tally.outcomes.items() if v}


def test_rows_become_documents(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1), row(2, status="失效")))
    assert counts(run(tmp_path)) == {"added": 2}
    document = NormativeDocument.objects.get(source_key="id:n1")
    assert document.document_number == "云政发〔2021〕1号"
    assert (document.issuing_authority, document.co_issuers) == ("云岭省财政厅", ["云岭省公安厅"])
    assert (document.effective_on, document.valid_until) == (day("2021-03-02"), day("2026-03-01"))
    assert document.history == [{"date": "2021-03-02", "event": "通过"}]
    assert NormativeDocument.objects.get(source_key="id:n2").lapsed is True
    assert document.validity_confirmed is False


def test_running_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1), "{broken", row(2)))
    (tmp_path / "b.txt").write_text(files.NOTICE, encoding="gb18030")
    (tmp_path / "c.pdf").write_bytes(files.scanned_pdf())
    assert counts(run(tmp_path)) == {"added": 3, "set_aside": 2}
    before = [
        list(m.objects.order_by("pk").values())
        for m in (NormativeDocument, ImportItem, OriginalFile, IndexAction)
    ]
    assert counts(run(tmp_path)) == {"unchanged": 3, "waiting": 2}
    after = [
        list(m.objects.order_by("pk").values())
        for m in (NormativeDocument, ImportItem, OriginalFile, IndexAction)
    ]
    assert before == after


def test_a_changed_row_is_an_update_and_a_changed_file_a_new_version(tmp_path: Path) -> None:
    archive, notice = tmp_path / "a.jsonl", tmp_path / "b.txt"
    archive.write_bytes(jsonl(row(1)))
    notice.write_text(files.NOTICE)
    run(tmp_path)
    archive.write_bytes(jsonl(row(1, title="云岭省停车场管理办法")))
    notice.write_text(files.NOTICE.replace("坚持便民利民", "坚持方便群众"))
    assert counts(run(tmp_path)) == {"updated": 2}
    assert NormativeDocument.objects.count() == 2
    assert "方便群众" in NormativeDocument.objects.get(source_key__startswith="file:").text
    assert OriginalFile.objects.filter(name="b.txt").count() == 2


def test_a_file_moved_elsewhere_is_the_same_document(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    (first / "a.txt").write_text(files.NOTICE)
    (second / "renamed.txt").write_text(files.NOTICE)
    assert counts(run(first)) == {"added": 1}
    assert counts(run(second)) == {"unchanged": 1}
    assert counts(run(tmp_path)) == {"unchanged": 2}


@pytest.mark.parametrize("line", ["{broken", "[1, 2]", '"text"', "\x00\x01", '{"title": '])
def test_a_broken_line_costs_itself_only(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1), line, row(2)))
    assert counts(run(tmp_path)) == {"added": 2, "set_aside": 1}
    item = ImportItem.objects.waiting().get()
    assert item.reason_code == Reason.BROKEN_LINE
    assert "第 2 行" in item.reason and item.origin.endswith("a.jsonl:2")
    # NUL cannot be stored by every database; its place is shown.
    assert item.payload["raw"].startswith(line[:1].replace("\x00", "\ufffd"))


def test_of_a_truncated_gzip_what_was_read_is_kept_and_the_fault_told(tmp_path: Path) -> None:
    whole = gzip.compress(
        jsonl(
            *[
                row(
                    n,
                    text=TEXT
                    + str(n) * 3000
                    + "".join(chr(0x4E00 + (n * 7 + k * 13) % 9000) for k in range(4000)),
                )
                for n in range(60)
            ]
        )
    )
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) * 2 // 3])
    report = run(tmp_path)
    assert report.tally.outcomes["added"] > 10
    assert report.tally.reasons == {Reason.TRUNCATED: 1}
    assert "不完整" in ImportItem.objects.waiting().get().reason


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08 garbage", b"no gzip at all"])
def test_a_gzip_that_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    assert counts(run(tmp_path)) == {"set_aside": 1}


def test_an_endless_line_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LINE_LIMIT", 10_000)
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1)) + b"\n" + b"x" * 10_001 + b"\n" + jsonl(row(2)))
    report = run(tmp_path)
    assert report.tally.outcomes["added"] == 2
    assert set(report.tally.reasons) == {Reason.BROKEN_LINE}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": None}, Reason.NO_TITLE),
        ({"text": None}, Reason.NO_TEXT),
        ({"text": "  "}, Reason.NO_TEXT),
        (
            {"doc_type": None, "title": "停车难怎么办？", "document_number_raw": None, "issuing_body": None},
            Reason.NOT_NORMATIVE,
        ),
    ],
)
def test_rows_that_wait_for_a_person(tmp_path: Path, changes: dict[str, Any], expected: Reason) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1, **changes)))
    run(tmp_path)
    assert ImportItem.objects.waiting().get().reason_code == expected


def test_wrong_types_and_impossible_dates_in_a_row(tmp_path: Path) -> None:
    odd = row(
        1,
        issued_on="2021-02-30",
        published_on={"year": 2021},
        history="x",
        level="galaxy",
        doc_type="规范性文件",
        region=["云岭"],
        genre=5,
    )
    (tmp_path / "a.jsonl").write_bytes(jsonl(odd))
    assert counts(run(tmp_path)) == {"added": 1}
    document = NormativeDocument.objects.get()
    assert (
        document.adopted_on,
        document.published_on,
        document.level,
        document.region,
        document.history,
    ) == (None, None, "", "", [])
    notes = ImportItem.objects.get().payload["notes"]
    assert any("2021-02-30" in note for note in notes)


def test_lone_surrogates_and_control_characters(tmp_path: Path) -> None:
    line = '{"id": "s", "title": "甲\\ud800办法\\u0000", "doc_type": "规范性文件", "text": "第一条\\udfff 甲\\u202e。"}'
    (tmp_path / "a.jsonl").write_bytes(jsonl(line))
    assert counts(run(tmp_path)) == {"added": 1}
    assert NormativeDocument.objects.get().title == "甲办法"


def test_a_number_used_twice_is_allowed_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1), row(2, document_number_raw="云政发〔2021〕1号")))
    assert run(tmp_path).shared_numbers == 1
    assert NormativeDocument.objects.count() == 2


def test_every_kind_of_bad_file_is_set_aside_with_its_reason_and_kept(tmp_path: Path) -> None:
    bad = {
        "empty.txt": (b"", Reason.EMPTY),
        "fake.docx": (b"not a zip", Reason.UNREADABLE),
        "locked.pdf": (files.encrypted_pdf(), Reason.ENCRYPTED),
        "scan.pdf": (files.scanned_pdf(), Reason.SCANNED),
        "index.tsv": (b"a\tb", Reason.UNSUPPORTED),
        "noise.txt": (bytes(range(256)) * 40, Reason.ENCODING),
        "broken.zip": (b"PK\x03\x04 broken", Reason.UNREADABLE),
        "essay.txt": (
            ("作者：某某\n停车场管理事关民生，必须抓紧抓好，满足群众需要。" * 9).encode(),
            Reason.NO_TITLE,
        ),
    }
    for name, (data, _reason) in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(files.NOTICE)
    report = run(tmp_path)
    assert counts(report) == {"added": 1, "set_aside": len(bad)}
    found = {Path(i.origin).name: i for i in ImportItem.objects.waiting()}
    assert {name: item.reason_code for name, item in found.items()} == {
        name: reason for name, (_d, reason) in bad.items()
    }
    for name, (data, _reason) in bad.items():
        if name != "broken.zip":
            kept = found[name].original
            assert kept is not None
            assert (settings.ARCHIVE_ORIGINALS_DIR / kept.path).read_bytes() == data


def test_a_file_over_the_limit_is_kept_but_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.archive.importing.sources.READ_LIMIT", 1000)
    (tmp_path / "big.txt").write_text(files.NOTICE * 20)
    run(tmp_path)
    item = ImportItem.objects.waiting().get()
    assert item.reason_code == Reason.TOO_LARGE
    assert (
        item.original
        and (settings.ARCHIVE_ORIGINALS_DIR / item.original.path).stat().st_size == item.original.size
    )


def test_a_reader_that_fails_unexpectedly_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = originals.digest_bytes

    def explode(data: bytes) -> str:
        if b"explode" in data:
            raise RuntimeError("unexpected")
        return real(data)

    monkeypatch.setattr("search.archive.importing.prepare.originals.digest_bytes", explode)
    (tmp_path / "a.txt").write_text("explode")
    (tmp_path / "b.txt").write_text(files.NOTICE)
    assert counts(run(tmp_path)) == {"added": 1, "set_aside": 1}
    item = ImportItem.objects.waiting().get()
    assert item.reason_code == Reason.FAILED and "RuntimeError" in item.reason


def test_zip_archives_nested_with_chinese_names(tmp_path: Path) -> None:
    inner = files.zipped({"内层.txt": files.NOTICE.encode()})
    other = files.NOTICE.replace("停车场", "充电桩").replace("5号", "6号").encode("gb18030")
    (tmp_path / "a.zip").write_bytes(
        files.zipped({"目录/办法.txt": other, "里.zip": inner, "__MACOSX/x": b"1", "x.exe": b"MZ"})
    )
    assert counts(run(tmp_path)) == {"added": 2, "set_aside": 1}
    origins = sorted(ImportItem.objects.values_list("origin", flat=True))
    assert origins[0].endswith("a.zip!x.exe") and origins[2].endswith("a.zip!里.zip!内层.txt")


def test_a_zip_member_that_unpacks_to_a_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        files.zipped({"bomb.txt": b"0" * 20_000_000, "good.txt": files.NOTICE.encode()})
    )
    assert counts(run(tmp_path)) == {"added": 1, "set_aside": 1}
    assert ImportItem.objects.waiting().get().reason_code == Reason.TOO_LARGE


def test_hidden_files_are_passed_over_and_each_file_comes_once(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text("x")
    (tmp_path / "Thumbs.db").write_text("x")
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert [s.name for s in discover([tmp_path, tmp_path / "a.txt"])] == ["a.txt"]


def test_links_out_of_a_delivery_are_not_followed(tmp_path: Path) -> None:
    delivery, secret = tmp_path / "delivery", tmp_path / "secret"
    (delivery / "sub").mkdir(parents=True)
    secret.mkdir()
    (secret / "password.txt").write_text("root:x:0")
    (delivery / "b.txt").write_text("x")
    (delivery / "sub" / "a.txt").write_text("x")
    (delivery / "notice.txt").symlink_to(secret / "password.txt")
    (delivery / "folder").symlink_to(secret)
    assert [s.name for s in discover([delivery])] == ["b.txt", "a.txt"]
    # A link the operator names is the operator's word.
    assert [s.name for s in discover([delivery / "folder"])] == ["password.txt"]


def test_a_path_inside_another_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("x")
    assert len(list(discover([tmp_path / "sub", tmp_path, tmp_path / "sub" / "a.txt", tmp_path]))) == 1


def test_a_folder_that_cannot_be_listed_is_told_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "z.txt").write_text(files.NOTICE)
    real = os.scandir

    def scandir(path: Path) -> Any:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("search.archive.importing.sources.os.scandir", scandir)
    assert counts(run(tmp_path)) == {"added": 1, "set_aside": 1}
    assert ImportItem.objects.waiting().get().reason_code == Reason.UNREADABLE


def test_the_directory_of_an_archive_is_read_once_for_all_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.zip").write_bytes(files.zipped({f"{n}.txt": b"x" for n in range(40)}))
    opened = []
    real = zipfile.ZipFile

    def counted(*args: Any, **kwargs: Any) -> zipfile.ZipFile:
        opened.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr("search.archive.importing.sources.zipfile.ZipFile", counted)
    found = list(members(Source(tmp_path / "a.zip")))
    assert [read_bytes(member) for member in found] == [b"x"] * 40
    assert len(opened) == 1


def test_keys_met_before_are_kept_on_disk() -> None:
    with SeenKeys() as seen:
        seen.update(f"id:{n}" for n in range(5_000))
        seen.update(["id:7", "id:云岭"])
        assert "id:4999" in seen and "id:云岭" in seen and "id:5000" not in seen


def test_a_file_the_archive_already_holds_from_another_source_waits(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1, title="云岭省停车场管理办法", document_number_raw=None)))
    (tmp_path / "b.txt").write_text("云岭省停车场管理办法\n" + TEXT.replace("，", ","))
    for expected in ({"added": 1, "set_aside": 1}, {"unchanged": 1, "waiting": 1}):
        assert counts(run(tmp_path)) == expected
    assert ImportItem.objects.waiting().get().reason_code == Reason.DUPLICATE


def test_what_a_person_decided_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("作者：某某\n停车场管理事关民生。" * 20)
    run(tmp_path)
    ImportItem.objects.update(status=ItemStatus.REJECTED)
    assert counts(run(tmp_path)) == {"unchanged": 1}
    assert ImportItem.objects.get().status == ItemStatus.REJECTED


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1)))
    (tmp_path / "c.pdf").write_bytes(files.scanned_pdf())
    kept = {p for p in settings.ARCHIVE_ORIGINALS_DIR.rglob("*") if p.is_file()}
    assert counts(run(tmp_path, dry_run=True)) == {"added": 1, "set_aside": 1}
    assert NormativeDocument.objects.count() + ImportItem.objects.count() + OriginalFile.objects.count() == 0
    assert {p for p in settings.ARCHIVE_ORIGINALS_DIR.rglob("*") if p.is_file()} == kept


def test_files_are_prepared_in_several_processes_with_the_same_result(tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(files.NOTICE.replace("5号", f"{n + 10}号"))
    sources = list(discover([tmp_path]))
    with FilePool(jobs=2, root=tmp_path / "kept") as pool:
        parallel = list(pool.run(sources))
    with FilePool(jobs=1, root=tmp_path / "kept") as pool:
        assert parallel == list(pool.run(sources))
    assert [p.entries[0].reason for p in parallel] == [None] * 6


def test_a_vanished_file_is_told(tmp_path: Path) -> None:
    with FilePool(jobs=1, root=tmp_path) as pool:
        prepared = next(iter(pool.run([Source(tmp_path / "gone.txt")])))
    assert prepared.entries[0].reason is not None


def test_the_command_prints_a_summary_writes_a_report_and_brings_the_index_along(tmp_path: Path) -> None:
    data = tmp_path / "in"
    data.mkdir()
    (data / "a.jsonl").write_bytes(jsonl(row(1), "{broken"))
    (data / "b.txt").write_text(files.NOTICE)
    out = io.StringIO()
    call_command("import_archive", data, "--quiet", "--report", tmp_path / "r.json", stdout=out)
    text = out.getvalue()
    for expected in (
        "读取 3 件，来自 2 个文件",
        "2  新增",
        "1  搁置待人工确认",
        "数据行损坏",
        "件/秒",
        "内存峰值",
    ):
        assert expected in text
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["added"], report["set_aside"], report["read"]) == (2, 1, 3)
    assert report["documents_per_second"] > 0 and report["peak_memory_mb"] > 0
    assert not IndexAction.objects.filter(status=ActionStatus.PENDING).exists()


def test_the_command_names_paths_that_do_not_exist(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_archive", tmp_path / "nowhere")


def test_a_rule_counted_from_publication_is_not_worked_out_for_an_amended_text(tmp_path: Path) -> None:
    history = [{"date": "1998-10-25", "event": "发布"}, {"date": "2004-06-27", "event": "修订"}]
    (tmp_path / "a.jsonl").write_bytes(jsonl(row(1, history=history, effective_rule="自发布之日起施行")))
    run(tmp_path)
    assert NormativeDocument.objects.get().effective_on is None
