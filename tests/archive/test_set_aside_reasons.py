"""Every reason for which something is set aside reaches the person who decides: in the list, and beside the original."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.users.models import UserProfile

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive import readers
from search.archive.enums import ItemStatus, Reason
from search.archive.importing.run import ArchiveImport
from search.archive.models import ImportItem
from tests.archive import builders, files
from tests.factories.archive import DocumentFactory, ImportItemFactory, original
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db

LIST = "/admin/archive-items/"
ROW = {"id": "r1", "title": "云岭省停车条例", "text": "第一条 甲。", "doc_type": "地方性法规"}
SignIn = Callable[[User], Client]
Patch = Callable[[pytest.MonkeyPatch], None]


def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.archive.importing.sources.READ_LIMIT", 10)


def no_antiword(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)


def fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(_name: str, _data: bytes) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr("search.archive.importing.prepare.readers.read", explode)


#: reason -> name, bytes, what is done to the import, and words a person reads about it.
CASES: dict[Reason, tuple[str, bytes, Patch | None, str]] = {
    Reason.EMPTY: ("a.txt", b" \n", None, "文件是空的"),
    Reason.TOO_LARGE: ("a.txt", b"x" * 11, limit, "超过读取上限"),
    Reason.UNSUPPORTED: ("a.tsv", b"a\tb", None, ".tsv"),
    Reason.UNREADABLE: ("a.docx", b"no zip", None, "不是 docx"),
    Reason.ENCRYPTED: ("a.zip", builders.locked_zip("a.txt", b"x"), None, "需要密码"),
    Reason.SCANNED: ("a.pdf", files.scanned_pdf(), None, "扫描件"),
    Reason.NO_TOOL: ("a.doc", readers.doc.OLE_MAGIC + bytes(99), no_antiword, "antiword"),
    Reason.ENCODING: ("a.txt", bytes(range(256)) * 40, None, "编码"),
    Reason.BROKEN_LINE: ("a.jsonl", b"{broken", None, "第 1 行"),
    Reason.TRUNCATED: ("a.jsonl.gz", gzip.compress(json.dumps(ROW).encode() * 99)[:-20], None, "不完整"),
    Reason.NO_TEXT: ("a.jsonl", json.dumps({**ROW, "text": ""}).encode(), None, "没有正文"),
    Reason.NO_TITLE: ("a.jsonl", json.dumps({**ROW, "title": ""}).encode(), None, "没有标题"),
    Reason.NOT_NORMATIVE: ("a.jsonl", json.dumps({"title": "停车难怎么办？", "text": "停车场管理事关民生。" * 9}).encode(), None, "办事指南"),
    Reason.SEVERAL: ("a.txt", f"第一篇：甲办法\n{files.NOTICE}\n第二篇：乙办法\n{files.NOTICE}".encode(), None, "2 篇文章"),
    Reason.DUPLICATE: ("b.txt", files.NOTICE.encode(), None, "正文重合"),
    Reason.CHANGED: ("a.txt", files.NOTICE.encode(), None, "有变化"),
    Reason.FAILED: ("a.txt", b"text", fails, "处理时出错"),
}  # fmt: skip

#: Reasons that name a figure, a file or a document.
NAMING = {
    Reason.TOO_LARGE, Reason.UNSUPPORTED, Reason.BROKEN_LINE, Reason.TRUNCATED, Reason.SEVERAL, Reason.DUPLICATE,
    Reason.FAILED,
}  # fmt: skip


@pytest.fixture
def office(sign_in: SignIn) -> Client:
    return sign_in(member(Role.OFFICE))


def import_one(folder: Path, reason: Reason, monkeypatch: pytest.MonkeyPatch) -> ImportItem:
    name, data, patch, _words = CASES[reason]
    if reason is Reason.DUPLICATE:
        (folder / "a.docx").write_bytes(files.word(*files.NOTICE.strip().split("\n")))
    if reason is Reason.CHANGED:
        (folder / name).write_bytes("停车攻略".encode() * 40)
        ArchiveImport(jobs=1).run([folder])
        ImportItem.objects.update(status=ItemStatus.ACCEPTED, document=DocumentFactory.create())
    (folder / name).write_bytes(data)
    with monkeypatch.context() as patched:
        if patch:
            patch(patched)
        ArchiveImport(jobs=1).run([folder])
    item = ImportItem.objects.waiting().order_by("pk").first()
    assert item is not None
    return item


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_there_is_a_case_for_every_reason() -> None:
    assert set(CASES) == set(Reason)


@pytest.mark.parametrize("reason", list(CASES), ids=[r.value for r in CASES])
def test_a_person_sees_why_and_can_decide(
    office: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: Reason
) -> None:
    item = import_one(tmp_path, reason, monkeypatch)
    assert item.reason_code == reason
    words = CASES[reason][3]
    listed = page(office, f"{LIST}?reason={reason}")
    assert words in listed and str(reason.label) in listed
    address = reverse("archive_admin:item", args=[item.pk])
    shown = page(office, address)
    assert words in shown and 'value="accept"' in shown and "inner words" not in shown
    # The bytes are there for whoever wants to look for himself.
    assert item.original is not None
    download = office.get(reverse("archive_admin:item_original", args=[item.pk]))
    kept = download.getvalue()
    assert kept == (settings.ARCHIVE_ORIGINALS_DIR / item.original.path).read_bytes()
    office.post(address, {"decision": "reject", "note": "看过了"})
    item.refresh_from_db()
    assert item.status == ItemStatus.REJECTED


@pytest.mark.parametrize("reason", list(CASES), ids=[r.value for r in CASES])
def test_an_english_reader_is_told_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: Reason
) -> None:
    """Also of what was read before: a sentence with figures in it has its kind before it, and is marked as Chinese."""
    item = import_one(tmp_path, reason, monkeypatch)
    assert item.reason_said == (item.reason, "")
    with translation.override("en"):
        said, chinese = item.reason_said
    assert re.search("[a-z]{3}", said) and not re.search("[\u4e00-\u9fff]", said)
    assert chinese in ("", item.reason)
    assert bool(chinese) is (reason in NAMING), (
        "what names a figure, a file or a document keeps its own words"
    )


def test_the_english_screen_marks_what_is_chinese(office: Client) -> None:
    profile = UserProfile.get_for_user(User.objects.get(pk=office.session["_auth_user_id"]))
    profile.preferred_language = "en"
    profile.save()
    plain = ImportItemFactory.create()
    counted = ImportItemFactory.create(reason_code=Reason.BROKEN_LINE, reason="第 3 行不是一条记录。")
    listed = page(office, LIST)
    for shown in (listed, page(office, reverse("archive_admin:item", args=[counted.pk]))):
        assert 'Broken line of data <span lang="zh-Hans">第 3 行不是一条记录。</span>' in shown
    for shown in (listed, page(office, reverse("archive_admin:item", args=[plain.pk]))):
        assert "Looks like news, an explainer" in shown and plain.reason not in shown


def test_a_reason_that_is_no_longer_known_is_shown_as_it_was_said() -> None:
    for code, reason in (("gone", "读不出来。"), ("", "")):
        with translation.override("en"):
            assert ImportItem(reason_code=code, reason=reason).reason_said == (code, reason)


def test_the_row_itself_stands_beside_what_was_read_of_it(office: Client, tmp_path: Path) -> None:
    rows = [{**ROW, "text": "", "remark": "只有目录"}]
    (tmp_path / "a.jsonl").write_text(json.dumps(rows[0]))
    ArchiveImport(jobs=1).run([tmp_path])
    shown = page(office, reverse("archive_admin:item", args=[ImportItem.objects.get().pk]))
    assert "只有目录" in shown and "没有读取" not in shown


@pytest.mark.parametrize("error", [RuntimeError, RecursionError, MemoryError, UnicodeError, PermissionError])
def test_a_reader_that_breaks_on_the_original_does_not_break_the_screen(
    office: Client, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def explode(_name: str, _data: bytes) -> None:
        raise error("inner words")

    monkeypatch.setattr("search.archive.item_views.readers.read", explode)
    item = ImportItemFactory.create(original=original(b"data"))
    shown = page(office, reverse("archive_admin:item", args=[item.pk]))
    assert "原件无法在此显示" in shown and "inner words" not in shown


def test_what_failed_in_the_import_is_not_read_again_by_the_screen(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr("search.archive.item_views.readers.read", lambda name, _data: read.append(name))
    item = ImportItemFactory.create(original=original(b"data"), reason_code=Reason.FAILED)
    assert "请下载原件" in page(office, reverse("archive_admin:item", args=[item.pk]))
    assert read == []


def test_an_original_that_is_gone_or_locked_is_no_fault_of_the_screen(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = original(b"data")
    item = ImportItemFactory.create(original=kept)
    download = reverse("archive_admin:item_original", args=[item.pk])
    (settings.ARCHIVE_ORIGINALS_DIR / kept.path).unlink()
    assert office.get(download).status_code == 404
    assert "原件不在存储中" in page(office, reverse("archive_admin:item", args=[item.pk]))
    (settings.ARCHIVE_ORIGINALS_DIR / kept.path).mkdir()
    assert office.get(download).status_code == 404
    (settings.ARCHIVE_ORIGINALS_DIR / kept.path).rmdir()
    assert (
        office.get(reverse("archive_admin:item_original", args=[ImportItemFactory.create().pk])).status_code
        == 404
    )


@pytest.mark.parametrize("name", ["item", "item_original", "item_page"])
@pytest.mark.parametrize("pk", [987_654, 10**19])
def test_items_that_do_not_exist(office: Client, name: str, pk: int) -> None:
    args = [pk, 1] if name == "item_page" else [pk]
    assert office.get(reverse(f"archive_admin:{name}", args=args)).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "长" * 501}, {"text": ""}, {"level": "galaxy"}, {"effective_on": "2021-02-30"}, {"valid_until": "昨天"},
        {"document_number_raw": "号" * 201}, {"title": "甲\x00"}, {"effective_on": "2021-05-01", "valid_until": "2020-05-01"},
        {"co_issuers": "甲" * 9_000}, {"genre": "长" * 21},
    ],
)  # fmt: skip
def test_odd_input_comes_back_as_a_form_or_is_taken(office: Client, changes: dict[str, str]) -> None:
    item = ImportItemFactory.create()
    form = {"decision": "accept", "title": "甲办法", "text": "第一条 甲。", **changes}
    response = office.post(reverse("archive_admin:item", args=[item.pk]), form)
    item.refresh_from_db()
    assert response.status_code == (302 if item.status == ItemStatus.ACCEPTED else 200)
    if "co_issuers" not in changes:
        assert item.status == ItemStatus.SET_ASIDE


# ---- who may have an original


def staff(role: Role | None) -> Any:
    return member(role) if role else UserFactory.create()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OFFICE, True),
        (Role.DRAFTER, False),
        (Role.HEAD, False),
        (Role.LEGALITY, False),
        (Role.MODERATOR, False),
        (None, False),
    ],
)
def test_the_original_of_a_waiting_item_is_for_who_keeps_the_archive(
    sign_in: SignIn, role: Role | None, allowed: bool
) -> None:
    item = ImportItemFactory.create(original=original(files.scanned_pdf(1), name="scan.pdf"))
    client = sign_in(staff(role))
    for name, args in (("item_original", [item.pk]), ("item_page", [item.pk, 1])):
        response = client.get(reverse(f"archive_admin:{name}", args=args))
        assert (response.status_code == 200) is allowed
        assert allowed or response.status_code in (302, 403)


def test_the_original_of_a_document_is_public_until_it_is_withdrawn(client: Client) -> None:
    data = b"<script>alert(1)</script>"
    document = DocumentFactory.create(original=original(data, name="停车<办法>.html"))
    address = reverse("archive:original", args=[document.pk])
    response = client.get(address)
    assert response.getvalue() == data
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    document.withdrawn = True
    document.save()
    assert client.get(address).status_code == 404


def test_a_path_that_leads_out_of_the_folder_is_not_followed(client: Client) -> None:
    outside = settings.ARCHIVE_ORIGINALS_DIR.parent / "outside.txt"
    outside.write_text("不可外传")
    document = DocumentFactory.create(original=original(b"x", path="../outside.txt", bytes_on_disk=None))
    assert client.get(reverse("archive:original", args=[document.pk])).status_code == 404
    outside.unlink()
