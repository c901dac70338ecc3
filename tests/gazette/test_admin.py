"""The editing screens: one issue from the first draft to an erratum, by buttons that need no mouse and no script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from search.gazette.models import GazetteErratum, GazetteIssue
from tests.factories.gazette import EntryFactory, IssueFactory, office, published
from tests.factories.organisations import DepartmentFactory
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/gazette/"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.ARCHIVE_ORIGINALS_DIR = tmp_path


@pytest.fixture
def editor(sign_in: Callable[..., Client]) -> Client:
    return sign_in(office())


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def site_document(title: str, **values: Any) -> Any:
    number = ArchivedDocumentFactory.create(title=title).pk
    values.setdefault("published_on", timezone.localdate())
    return ArchivedDocumentFactory.create(
        title=title, page_id=number, page_url=f"/policies/p{number}/", **values
    )


def test_a_new_issue_continues_the_last_one(editor: Client) -> None:
    year = timezone.localdate().year
    last = published(year=year, number=6, total_number=350)
    text = text_of(editor, f"{LIST}new/")
    assert 'name="number" value="7"' in text
    assert 'name="total_number" value="351"' in text
    assert last.name in text
    values = {"year": year, "number": 7, "name": "公报", "issuer": last.issuer_id}
    answer = editor.post(f"{LIST}new/", values)
    assert answer["Location"] == f"{LIST}{GazetteIssue.objects.latest('pk').pk}/"
    again = editor.post(f"{LIST}new/", values)
    assert "这一年的这一期已经存在" in again.content.decode()


@pytest.mark.parametrize(
    "values",
    [{}, {"year": "x"}, {"year": 2026, "number": 0}, {"year": 2026, "number": 10**9}, {"issuer": "999999"}],
)
def test_bad_values_are_said_in_the_form(editor: Client, values: dict[str, Any]) -> None:
    answer = editor.post(f"{LIST}new/", values)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not GazetteIssue.objects.exists()


def test_the_list_tells_drafts_from_published_issues(editor: Client) -> None:
    published(number=1)
    IssueFactory.create(number=2)
    text = text_of(editor, LIST)
    assert text.index("第2期") < text.index("第1期")


class TestEditor:
    def test_what_was_published_since_the_last_issue_is_suggested(self, editor: Client) -> None:
        today = timezone.localdate()
        printed = site_document("已刊载的办法")
        site_document("很久以前的办法", published_on=today - dt.timedelta(days=400))
        published(documents=[printed], number=1, published_on=today)
        site_document("新发布的办法")
        text = text_of(editor, f"{LIST}{IssueFactory.create(number=2).pk}/")
        assert "新发布的办法" in text
        assert "已刊载的办法" not in text
        assert "很久以前的办法" not in text

    def test_documents_are_found_ticked_and_added(self, editor: Client) -> None:
        issue = IssueFactory.create()
        document = ArchivedDocumentFactory.create(title="云岭省停车办法")
        text = text_of(editor, f"{LIST}{issue.pk}/?q=停车办法")
        assert f'value="{document.pk}"' in text
        answer = editor.post(f"{LIST}{issue.pk}/add/", {"documents": [document.pk], "section": "省政府文件"})
        assert answer["Location"].endswith("#contents")
        assert issue.entries.get().section == "省政府文件"
        assert "没有找到，或者都已在本期" in text_of(editor, f"{LIST}{issue.pk}/?q=停车办法")

    @pytest.mark.parametrize(
        "values", [{}, {"documents": "x"}, {"documents": str(2**70)}, {"documents": "7"}]
    )
    def test_nothing_or_nonsense_ticked_is_said(self, editor: Client, values: dict[str, str]) -> None:
        answer = editor.post(f"{LIST}{IssueFactory.create().pk}/add/", values)
        assert answer.status_code == 400
        assert "errorlist" in answer.content.decode()

    def test_why_a_document_cannot_be_added_is_said(self, editor: Client) -> None:
        document = ArchivedDocumentFactory.create()
        published(documents=[document])
        answer = editor.post(f"{LIST}{IssueFactory.create().pk}/add/", {"documents": [document.pk]})
        assert "标准文本只有一个" in answer.content.decode()

    def test_entries_are_moved_changed_and_taken_out_by_buttons(self, editor: Client) -> None:
        issue = IssueFactory.create()
        first, second = (EntryFactory.create(issue=issue, document__title=name) for name in ("甲", "乙"))
        path = f"{LIST}{issue.pk}/entries/{second.pk}/"
        assert editor.post(path, {"action": "up"})["Location"].endswith(f"#entry-{second.pk}")
        assert list(issue.entries.values_list("pk", flat=True)) == [second.pk, first.pk]
        values = {"action": "save", f"e{second.pk}-section": "部门文件", f"e{second.pk}-page": "9"}
        editor.post(path, values)
        second.refresh_from_db()
        assert (second.section, second.page) == ("部门文件", 9)
        wrong = editor.post(path, {**values, f"e{second.pk}-page": "-1"}, follow=True)
        assert "大于或等于" in wrong.content.decode()
        editor.post(path, {"action": "remove"})
        assert list(issue.entries.values_list("pk", flat=True)) == [first.pk]

    def test_an_entry_of_another_issue_is_not_found(self, editor: Client) -> None:
        entry = EntryFactory.create()
        assert editor.post(f"{LIST}{IssueFactory.create().pk}/entries/{entry.pk}/", {}).status_code == 404

    def test_details_are_saved_and_refused_in_place(self, editor: Client) -> None:
        issue = IssueFactory.create(number=2)
        IssueFactory.create(number=3)
        values = {"year": 2026, "number": 4, "name": "新名", "issuer": DepartmentFactory.create().pk}
        assert editor.post(f"{LIST}{issue.pk}/", values).status_code == 302
        taken = editor.post(f"{LIST}{issue.pk}/", {**values, "number": 3})
        assert taken.status_code == 400
        assert "已经存在" in taken.content.decode()

    def test_pdf_up_and_away(self, editor: Client) -> None:
        issue = IssueFactory.create()
        path = f"{LIST}{issue.pk}/pdf/"
        wrong = editor.post(path, {"pdf": SimpleUploadedFile("a.pdf", b"no")}, follow=True)
        assert "不是 PDF" in wrong.content.decode()
        editor.post(path, {"pdf": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
        assert GazetteIssue.objects.get().pdf
        editor.post(path, {})
        assert not GazetteIssue.objects.get().pdf

    def test_queries_do_not_grow_with_entries(
        self, editor: Client, django_assert_max_num_queries: Any
    ) -> None:
        issue = EntryFactory.create().issue
        path = f"{LIST}{issue.pk}/"
        text_of(editor, path)
        with CaptureQueriesContext(connection) as one:
            text_of(editor, path)
        for _ in range(10):
            EntryFactory.create(issue=issue)
        with django_assert_max_num_queries(len(one)):
            text_of(editor, path)


class TestPublishing:
    def test_preview_publish_correct(self, editor: Client) -> None:
        issue = EntryFactory.create(document__title="停车办法").issue
        assert "还没有发布" in text_of(editor, f"{LIST}{issue.pk}/preview/")
        assert "标准文本" in text_of(editor, f"{LIST}{issue.pk}/publish/")
        assert not GazetteIssue.objects.get().is_published
        assert editor.post(f"{LIST}{issue.pk}/publish/")["Location"] == issue.get_absolute_url()
        text = text_of(editor, f"{LIST}{issue.pk}/")
        assert "不能再改动" in text
        assert "移出" not in text
        entry = issue.entries.get()
        answer = editor.post(f"{LIST}{issue.pk}/erratum/", {"text": "应为第三条", "entry": entry.pk})
        assert answer["Location"].endswith("#errata")
        assert GazetteErratum.objects.get().entry == entry
        assert "应为第三条" in text_of(editor, issue.get_absolute_url())

    def test_an_empty_issue_says_why_not(self, editor: Client) -> None:
        issue = IssueFactory.create()
        assert "还没有收入任何文件" in text_of(editor, f"{LIST}{issue.pk}/")
        answer = editor.post(f"{LIST}{issue.pk}/publish/")
        assert answer.status_code == 409
        assert "还没有收入任何文件" in answer.content.decode()

    def test_an_erratum_without_words_or_on_a_draft(self, editor: Client) -> None:
        issue = published()
        assert "请写明更正的内容" in editor.post(f"{LIST}{issue.pk}/erratum/", {}).content.decode()
        draft = IssueFactory.create()
        assert "直接修改" in editor.post(f"{LIST}{draft.pk}/erratum/", {"text": "x"}).content.decode()

    def test_deleting_asks_once_more(self, editor: Client) -> None:
        issue = IssueFactory.create()
        assert "要删除" in text_of(editor, f"{LIST}{issue.pk}/delete/")
        assert GazetteIssue.objects.exists()
        editor.post(f"{LIST}{issue.pk}/delete/")
        assert not GazetteIssue.objects.exists()
        final = published()
        editor.post(f"{LIST}{final.pk}/delete/")
        assert GazetteIssue.objects.exists()
