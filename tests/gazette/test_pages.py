"""What the public reads: list, issue, PDF, feed, sitemap, API, and the note on a document's page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from search.archive.models import NormativeDocument
from search.gazette import selectors, services
from search.gazette.models import GazetteIssue
from tests.factories.gazette import EntryFactory, IssueFactory, office, published
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.ARCHIVE_ORIGINALS_DIR = tmp_path


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


class TestList:
    def test_the_latest_year_and_the_others_by_link(self, client: Client) -> None:
        published(year=2024, number=2)
        published(year=2026, number=7, total_number=351)
        IssueFactory.create(year=2026, number=8)
        text = text_of(client, "/gazette/")
        assert "第 7 期" in text
        assert "总第 351 期" in text
        assert "第 8 期" not in text
        assert "第 2 期" not in text
        assert "第 2 期" in text_of(client, "/gazette/?year=2024")

    def test_an_unknown_year_is_said(self, client: Client) -> None:
        published(year=2026, number=7)
        for year in ("1999", "<b>", "9" * 40):
            text = text_of(client, f"/gazette/?year={year}")
            assert "以下是最近一年的" in text
            assert "<b>”" not in text

    def test_nothing_published_yet(self, client: Client) -> None:
        assert "还没有出版公报" in text_of(client, "/gazette/")

    def test_queries_do_not_grow(self, client: Client, django_assert_num_queries: Any) -> None:
        user = office()
        for number in range(1, 6):
            published(number=number, user=user)
        with django_assert_num_queries(2):
            client.get("/gazette/")


class TestIssue:
    def test_contents_by_section_with_anchors_and_pages(self, client: Client) -> None:
        user, issue = office(), IssueFactory.create(number=4, foreword="卷首的话\n第二段")
        for name, section in (("甲办法", "省政府文件"), ("乙办法", "省政府文件"), ("丙办法", "部门文件")):
            document = ArchivedDocumentFactory.create(title=name)
            services.add_entries(issue=issue, user=user, documents=[document.pk], section=section)
        services.update_entry(entry=issue.entries.get(position=2), user=user, section="省政府文件", page=17)
        services.publish_issue(issue=issue, user=user)
        text = text_of(client, "/gazette/2026/4/")
        order = [
            text.index(word) for word in ("省政府文件", "甲办法", "乙办法", "第 17 页", "部门文件", "丙办法")
        ]
        assert order == sorted(order)
        assert 'id="e2"' in text
        assert text.count("省政府文件") == 1
        assert "<p>卷首的话</p>" in text
        assert "标准文本" in text

    def test_neighbours_across_years_and_drafts(self, client: Client) -> None:
        published(year=2025, number=12)
        middle = published(year=2026, number=1)
        IssueFactory.create(year=2026, number=2)
        published(year=2026, number=3)
        text = text_of(client, middle.get_absolute_url())
        assert 'rel="prev" href="/gazette/2025/12/"' in text
        assert 'rel="next" href="/gazette/2026/3/"' in text

    def test_drafts_and_numbers_that_cannot_be_are_not_found(self, client: Client) -> None:
        draft = EntryFactory.create().issue
        for path in (draft.get_absolute_url(), "/gazette/2026/99999999999999999999/", f"/gazette/{2**70}/1/"):
            assert client.get(path).status_code == 404

    def test_errata_stand_at_the_top(self, client: Client) -> None:
        issue = published()
        services.publish_erratum(
            issue=issue, user=office(), text="<b>第三条</b>应为第四条", entry=issue.entries.get()
        )
        text = text_of(client, issue.get_absolute_url())
        assert text.index("errata-title") < text.index("contents-title")
        assert "&lt;b&gt;第三条" in text

    def test_queries_do_not_grow_with_documents(self, client: Client, django_assert_num_queries: Any) -> None:
        issue = published(documents=ArchivedDocumentFactory.create_batch(12))
        with django_assert_num_queries(5):
            client.get(issue.get_absolute_url())

    def test_the_pdf_of_a_published_issue_only(self, client: Client) -> None:
        user, issue = office(), EntryFactory.create().issue
        services.attach_pdf(issue=issue, user=user, upload=SimpleUploadedFile("a.pdf", b"%PDF-1.7 x"))
        path = f"{issue.get_absolute_url()}pdf/"
        assert client.get(path).status_code == 404
        services.publish_issue(issue=issue, user=user)
        answer = client.get(path)
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"  # type: ignore[attr-defined]
        assert "attachment" in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert client.get(f"{published().get_absolute_url()}pdf/").status_code == 404


class TestDocumentNote:
    def note(self, document: NormativeDocument) -> str:
        return render_to_string(
            "archive/_gazette.html", {"document": NormativeDocument.objects.get(pk=document.pk)}
        )

    def test_where_it_is_printed(self) -> None:
        document = ArchivedDocumentFactory.create()
        issue = published(documents=[document], number=9)
        note = self.note(document)
        assert "云岭省人民政府公报2026年第9期" in note
        assert f"{issue.get_absolute_url()}#e1" in note
        assert "本库文本与公报不同" not in note

    def test_a_changed_text_is_warned_of_a_new_layout_is_not(self) -> None:
        document = ArchivedDocumentFactory.create()
        published(documents=[document])
        document.text = document.text.replace("\n", "\r\n\r\n")
        document.save()
        assert "本库文本与公报不同" not in self.note(document)
        document.text = document.text.replace("三个工作日", "五个工作日")
        document.save()
        assert "本库文本与公报不同" in self.note(document)

    def test_errata_of_the_document_are_shown_with_it(self) -> None:
        document, other = ArchivedDocumentFactory.create(), ArchivedDocumentFactory.create()
        issue = published(documents=[document, other])
        services.publish_erratum(
            issue=issue, user=office(), text="第二条更正", entry=issue.entries.get(document=other)
        )
        assert "第二条更正" in self.note(other)
        assert "第二条更正" not in self.note(document)

    def test_a_draft_says_nothing_yet(self) -> None:
        assert self.note(EntryFactory.create().document).strip() == ""

    def test_it_costs_two_queries(self, django_assert_num_queries: Any) -> None:
        document = ArchivedDocumentFactory.create()
        published(documents=[document])
        with django_assert_num_queries(2):
            selectors.printed_in(document)
        with django_assert_num_queries(1):
            selectors.printed_in(ArchivedDocumentFactory.build(pk=999_999))


class TestFeedAndSitemap:
    def test_an_issue_with_its_contents(self, client: Client) -> None:
        issue = published(documents=[ArchivedDocumentFactory.create(title="甲<办法>")], number=5)
        IssueFactory.create(number=6)
        feed = ElementTree.fromstring(client.get("/feeds/gazette/").content)  # noqa: S314 - our own feed
        [entry] = feed.findall(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}title") == str(issue)
        assert entry.findtext(f"{ATOM}id") == "gazette:2026/5"
        assert "甲&lt;办法&gt;" in (entry.findtext(f"{ATOM}summary") or "")

    def test_an_erratum_makes_it_new(self, client: Client) -> None:
        issue = published()
        later = timezone.now() + dt.timedelta(days=2)
        services.publish_erratum(issue=issue, user=office(), text="更正如下", at=later)
        raw = client.get("/feeds/gazette/").content.decode()
        assert "更正如下" in raw
        entry = ElementTree.fromstring(raw).findall(f"{ATOM}entry")[0]  # noqa: S314 - our own feed
        updated = dt.datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")
        assert updated == later

    def test_the_list_of_feeds_and_the_sitemap_name_it(self, client: Client) -> None:
        issue = published()
        assert "/feeds/gazette/" in text_of(client, "/feeds/")
        assert issue.get_absolute_url() in text_of(client, "/sitemap-gazette.xml")
        assert "/gazette/" in text_of(client, "/sitemap-lists.xml")

    def test_the_footer_leads_there(self, client: Client) -> None:
        assert 'href="/gazette/"' in text_of(client, "/gazette/")

    def test_queries_of_the_feed_do_not_grow(self, client: Client, django_assert_num_queries: Any) -> None:
        user = office()
        for number in range(1, 6):
            published(number=number, user=user)
        client.get("/feeds/gazette/")
        with django_assert_num_queries(3):
            client.get("/feeds/gazette/")


class TestApi:
    def test_list_and_issue(self, client: Client) -> None:
        document = ArchivedDocumentFactory.create()
        issue = published(documents=[document], number=5, total_number=40, section="省政府文件")
        services.publish_erratum(issue=issue, user=office(), text="更正", entry=issue.entries.get())
        [listed] = client.get("/api/v1/gazette/").json()["results"]
        assert (listed["year"], listed["number"], listed["documents"]) == (2026, 5, 1)
        assert listed["url"] == "http://testserver/gazette/2026/5/"
        assert listed["pdf_url"] is None
        found = client.get("/api/v1/gazette/2026/5/").json()
        assert found["entries"][0]["document"] == document.pk
        assert found["entries"][0]["section"] == "省政府文件"
        assert len(found["entries"][0]["text_sha256"]) == 64
        assert found["errata"] == [{**found["errata"][0], "text": "更正", "position": 1}]

    def test_years(self, client: Client) -> None:
        published(year=2025, number=1)
        published(year=2026, number=1)
        assert [one["year"] for one in client.get("/api/v1/gazette/?year=2025").json()["results"]] == [2025]
        assert client.get("/api/v1/gazette/?year=２０２５").status_code == 400
        assert "四位数字" in client.get("/api/v1/gazette/?year=x").json()["year"][0]

    @pytest.mark.parametrize("path", ["2026/77/", f"{2**70}/1/", f"2026/{2**70}/"])
    def test_what_is_not_there(self, client: Client, path: str) -> None:
        assert client.get(f"/api/v1/gazette/{path}").status_code == 404

    def test_drafts_are_nowhere(self, client: Client) -> None:
        issue = EntryFactory.create().issue
        assert client.get("/api/v1/gazette/").json()["count"] == 0
        assert client.get(f"/api/v1/gazette/{issue.year}/{issue.number}/").status_code == 404

    def test_it_is_described(self, client: Client) -> None:
        schema = client.get("/api/schema/?format=json").json()
        assert {"/api/v1/gazette/", "/api/v1/gazette/{year}/{number}/"} <= schema["paths"].keys()

    def test_queries_do_not_grow(self, client: Client, django_assert_num_queries: Any) -> None:
        user = office()
        for number in range(1, 6):
            published(number=number, user=user)
        with django_assert_num_queries(2):
            client.get("/api/v1/gazette/")


def test_an_issue_without_a_total_number_says_none(client: Client) -> None:
    issue: GazetteIssue = published()
    assert "总第" not in text_of(client, issue.get_absolute_url())
