"""What people decided, and what came afterwards: the same again is left alone, what changed waits, doubles are seen in time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.organisations.enums import Role
from search.archive import item_services
from search.archive.enums import ItemStatus, Reason
from search.archive.importing.run import ArchiveImport
from search.archive.importing.writer import Writer
from search.archive.models import ImportItem, NormativeDocument
from tests.archive import files
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db

NEWS = "停车场攻略\n作者：某某\n" + "停车场管理事关民生，必须抓紧抓好，满足群众需要。\n" * 9


def outcome(*paths: Path) -> dict[str, int]:
    tally = ArchiveImport(jobs=1).run(paths).tally
    return {key: n for key, n in tally.outcomes.items() if n}


def accept(item: ImportItem, text: str = "第一条 收录的正文。") -> NormativeDocument:
    return item_services.accept_item(
        item_id=item.pk, user=member(Role.OFFICE), title="云岭省停车办法", text=text
    )


def reject(item: ImportItem) -> None:
    item_services.reject_item(item_id=item.pk, user=member(Role.OFFICE), note="不收录")


def rows(path: Path, *given: dict[str, Any]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in given), encoding="utf-8")


def test_a_file_that_changed_after_it_was_accepted_waits_linked_to_its_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(NEWS)
    assert outcome(tmp_path) == {"set_aside": 1}
    document = accept(ImportItem.objects.get())
    assert outcome(tmp_path) == {"unchanged": 1}
    path.write_text(files.NOTICE)
    for expected in ({"set_aside": 1}, {"waiting": 1}):
        assert outcome(tmp_path) == expected
        item = ImportItem.objects.get()
        assert (item.status, item.reason_code, item.document) == (
            ItemStatus.SET_ASIDE,
            Reason.CHANGED,
            document,
        )
        document.refresh_from_db()
        assert document.text == "第一条 收录的正文。"
    assert accept(item, text="第一条 新的正文。").pk == document.pk
    assert outcome(tmp_path) == {"unchanged": 1}
    document.refresh_from_db()
    assert document.text == "第一条 新的正文。"


def test_a_new_version_that_cannot_be_read_stays_linked_and_is_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(files.pdf(files.NOTICE.strip()))
    assert outcome(tmp_path) == {"added": 1}
    document = NormativeDocument.objects.get()
    path.write_bytes(files.scanned_pdf())
    for expected in ({"set_aside": 1}, {"waiting": 1}, {"waiting": 1}):
        assert outcome(tmp_path) == expected
    item = ImportItem.objects.get()
    assert (item.reason_code, item.document) == (Reason.SCANNED, document)


ROW: dict[str, Any] = {"id": "r1", "title": "云岭省停车条例", "doc_type": "地方性法规", "text": ""}


def test_a_row_that_was_left_out_and_then_says_something_else_waits_again(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows(path, ROW)
    assert outcome(path) == {"set_aside": 1}
    reject(ImportItem.objects.get())
    assert outcome(path) == {"unchanged": 1}
    rows(path, {**ROW, "source": "别处"})
    assert outcome(path) == {"unchanged": 1}
    rows(path, {**ROW, "text": "第一条 甲。"})
    for expected in ({"set_aside": 1}, {"waiting": 1}):
        assert outcome(path) == expected
    item = ImportItem.objects.get()
    assert item.reason_code == Reason.CHANGED and item.payload["fields"]["text"] == "第一条 甲。"
    assert NormativeDocument.objects.count() == 0


def test_a_waiting_row_shows_what_its_source_says_now(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows(path, {**ROW, "title": "", "text": "第一条 旧。"})
    outcome(path)
    rows(path, {**ROW, "title": "", "text": "第一条 新。"})
    assert outcome(path) == {"waiting": 1}
    assert ImportItem.objects.get().payload["fields"]["text"] == "第一条 新。"
    rows(path, {**ROW, "text": "第一条 新。"})
    assert outcome(path) == {"added": 1}
    item = ImportItem.objects.get()
    assert (item.status, item.reason_code) == (ItemStatus.ADDED, "")


def test_an_item_decided_before_digests_were_kept_stays_decided(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows(path, ROW)
    outcome(path)
    reject(ImportItem.objects.get())
    ImportItem.objects.update(payload={})
    rows(path, {**ROW, "text": "第一条 甲。"})
    assert outcome(path) == {"unchanged": 1}


@pytest.mark.parametrize("other", ["b.docx", "b.html", "z/b.txt"])
def test_one_document_as_two_files_side_by_side_is_taken_in_once(tmp_path: Path, other: str) -> None:
    (tmp_path / "a.txt").write_text(files.NOTICE)
    lines = files.NOTICE.strip().split("\n")
    twin = {
        "b.docx": files.word(*lines),
        "b.html": ("<body><div id=zoom>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>").encode(),
        "z/b.txt": files.NOTICE.encode("gb18030"),
    }
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / other).write_bytes(twin[other])
    assert outcome(tmp_path) == {"added": 1, "set_aside": 1}
    item = ImportItem.objects.waiting().get()
    assert item.reason_code == Reason.DUPLICATE and "a.txt" in item.reason and "100%" in item.reason
    assert outcome(tmp_path) == {"unchanged": 1, "waiting": 1}


def test_two_notices_with_one_title_and_other_texts_are_two(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(files.NOTICE)
    words = "".join(chr(0x4E00 + n * 7) for n in range(300))
    (tmp_path / "b.txt").write_text(files.NOTICE.replace("坚持便民利民。", words).replace("5号", "6号"))
    assert outcome(tmp_path) == {"added": 2}


def test_rows_without_an_id_that_differ_in_their_number_only_are_two(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    common = {"title": "关于停车的通知", "doc_type": "规范性文件", "text": "第一条 甲。"}
    rows(path, *({**common, "document_number_raw": f"云政发〔2021〕{n}号"} for n in (1, 2)))
    assert outcome(path) == {"added": 2}


def test_batches_are_bounded_by_their_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    real = Writer.write

    def counted(writer: Writer, entries: Any) -> None:
        written.append(len(entries))
        real(writer, entries)

    monkeypatch.setattr(Writer, "write", counted)
    monkeypatch.setattr("search.archive.importing.run._BATCH_CHARACTERS", 250)
    path = tmp_path / "a.jsonl"
    rows(path, *({**ROW, "id": f"r{n}", "text": "第一条 " + "甲" * 96} for n in range(7)))
    assert outcome(path) == {"added": 7}
    assert written == [3, 3, 1]


def test_a_row_of_millions_of_characters_is_told_not_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.importing.rows.TEXT_LIMIT", 100)
    path = tmp_path / "a.jsonl"
    rows(path, {**ROW, "text": "甲" * 101}, {**ROW, "id": "r2", "text": "甲" * 100})
    assert outcome(path) == {"added": 1, "set_aside": 1}
    item = ImportItem.objects.waiting().get()
    assert item.reason_code == Reason.TOO_LARGE and item.payload["fields"]["text"] == ""
    assert len(item.payload["raw"]) <= 8_000


def test_an_endless_line_is_one_item_and_the_lines_after_it_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.archive.importing.rows.LINE_LIMIT", 1_000)
    path = tmp_path / "a.jsonl"
    good = json.dumps({**ROW, "text": "第一条 甲。"}).encode()
    path.write_bytes(good + b"\n" + b"x" * 4_321 + b"\n{broken\n")
    assert outcome(path) == {"added": 1, "set_aside": 2}
    assert [i.origin.rpartition(":")[2] for i in ImportItem.objects.waiting().order_by("pk")] == ["2", "3"]
