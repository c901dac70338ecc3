"""Editing, publishing and correcting an issue: what is allowed when, and what is fixed for good."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.models import ModelLogEntry

from portal.organisations.models import User
from search.gazette import services
from search.gazette.enums import Direction, IssueStatus
from search.gazette.fingerprints import text_hash
from search.gazette.models import GazetteEntry, GazetteErratum, GazetteIssue
from tests.factories.gazette import EntryFactory, IssueFactory, office, published
from tests.factories.organisations import DepartmentFactory
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return office()


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.ARCHIVE_ORIGINALS_DIR = tmp_path


def titles(issue: GazetteIssue) -> list[str]:
    return [entry.document.title for entry in issue.entries.order_by("position")]


def test_a_new_issue_is_a_draft(user: User) -> None:
    issue = services.create_issue(
        user=user, year=2026, number=3, name=" 云岭省人民政府公报 ", issuer=DepartmentFactory.create()
    )
    assert str(issue) == "云岭省人民政府公报2026年第3期"
    with override("en"):
        assert str(issue).startswith("云岭省人民政府公报 2026")
    assert issue.status == IssueStatus.DRAFT
    assert ModelLogEntry.objects.get(action="yanlu.gazette_created").data["title"] == str(issue)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"number": 3}, "已经存在"),
        ({"number": 0}, "大于或等于"),
        ({"year": 1800, "number": 4}, "大于或等于"),
        ({"number": 5, "total_number": 99}, "已经使用"),
        ({"number": 6, "name": "  "}, "不能为空|必填|blank"),
    ],
)
def test_numbers_are_taken_once_and_make_sense(user: User, values: dict[str, object], message: str) -> None:
    IssueFactory.create(year=2026, number=3, total_number=99)
    base = {"year": 2026, "name": "公报", "issuer": DepartmentFactory.create()}
    with pytest.raises(ValidationError, match=message):
        services.create_issue(user=user, **{**base, **values})  # type: ignore[arg-type]


def test_a_draft_can_be_changed(user: User) -> None:
    issue = services.update_issue(issue=IssueFactory.create(), user=user, number=8, foreword=" 卷首 ")
    assert (issue.number, issue.foreword) == (8, "卷首")
    with pytest.raises(ValueError, match="published_at"):
        services.update_issue(issue=issue, user=user, published_at=timezone.now())


class TestEntries:
    def test_documents_stand_in_the_order_they_were_added(self, user: User) -> None:
        issue = IssueFactory.create()
        documents = [ArchivedDocumentFactory.create(title=name) for name in ("甲", "乙", "丙")]
        services.add_entries(issue=issue, user=user, documents=[documents[1].pk, documents[0].pk])
        services.add_entries(
            issue=issue, user=user, documents=[documents[0].pk, documents[2].pk], section=" 省政府 "
        )
        assert titles(issue) == ["乙", "甲", "丙"]
        assert [entry.section for entry in issue.entries.all()] == ["", "", "省政府"]
        assert [entry.position for entry in issue.entries.all()] == [1, 2, 3]

    def test_moving_and_removing_keeps_the_numbers_whole(self, user: User) -> None:
        issue = IssueFactory.create()
        first, _second, third = (
            EntryFactory.create(issue=issue, document__title=name) for name in ("甲", "乙", "丙")
        )
        services.move_entry(entry=third, user=user, direction=Direction.UP)
        assert titles(issue) == ["甲", "丙", "乙"]
        assert services.move_entry(entry=first, user=user, direction=Direction.UP).position == 1
        services.move_entry(entry=first, user=user, direction=Direction.DOWN)
        assert titles(issue) == ["丙", "甲", "乙"]
        services.remove_entry(entry=first, user=user)
        assert [entry.position for entry in issue.entries.all()] == [1, 2]
        assert titles(issue) == ["丙", "乙"]

    def test_section_and_page(self, user: User) -> None:
        entry = services.update_entry(entry=EntryFactory.create(), user=user, section=" 省 政府 ", page=12)
        assert (entry.section, entry.page) == ("省 政府", 12)
        with pytest.raises(ValidationError):
            services.update_entry(entry=entry, user=user, section="x" * 100, page=None)

    def test_only_one_text_is_authoritative(self, user: User) -> None:
        document = ArchivedDocumentFactory.create()
        published(documents=[document])
        with pytest.raises(ValidationError, match="标准文本只有一个"):
            services.add_entries(issue=IssueFactory.create(), user=user, documents=[document.pk])

    @pytest.mark.parametrize(
        ("values", "message"), [({"withdrawn": True}, "已撤回"), ({"text": "  "}, "没有正文")]
    )
    def test_what_has_no_text_to_print(self, user: User, values: dict[str, object], message: str) -> None:
        document = ArchivedDocumentFactory.create(**values)
        with pytest.raises(ValidationError, match=message):
            services.add_entries(issue=IssueFactory.create(), user=user, documents=[document.pk])

    def test_an_issue_has_an_end(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MAX_ENTRIES", 1)
        issue = EntryFactory.create().issue
        with pytest.raises(ValidationError, match="最多"):
            services.add_entries(issue=issue, user=user, documents=[ArchivedDocumentFactory.create().pk])


class TestPublishing:
    def test_titles_numbers_and_texts_are_fixed(self, user: User) -> None:
        document = ArchivedDocumentFactory.create(title="原标题")
        now = timezone.now()
        issue = published(documents=[document], user=user)
        assert issue.status == IssueStatus.PUBLISHED
        assert issue.published_on == timezone.localdate(now)
        assert issue.published_by == user
        document.title, document.text = "新标题", "新的正文"
        document.save()
        entry = issue.entries.get()
        assert entry.title == "原标题"
        assert entry.text_hash != text_hash(document.text)
        assert ModelLogEntry.objects.get(action="yanlu.gazette_published").data["documents"] == [document.pk]

    def test_what_is_missing_is_listed(self, user: User) -> None:
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        empty = IssueFactory.create(published_on=tomorrow)
        with pytest.raises(ValidationError) as refused:
            services.publish_issue(issue=empty, user=user)
        assert len(refused.value.messages) == 2

    def test_a_document_withdrawn_or_printed_elsewhere_meanwhile(self, user: User) -> None:
        issue = IssueFactory.create()
        gone, taken = EntryFactory.create(issue=issue), EntryFactory.create(issue=issue)
        gone.document.withdrawn = True
        gone.document.save()
        published(documents=[taken.document])
        with pytest.raises(ValidationError) as refused:
            services.publish_issue(issue=issue, user=user)
        assert any("已经撤回" in message for message in refused.value.messages)
        assert any("标准文本只有一个" in message for message in refused.value.messages)

    def test_nothing_of_a_published_issue_can_be_changed(self, user: User) -> None:
        issue = published()
        entry = issue.entries.get()
        document = ArchivedDocumentFactory.create()
        attempts = (
            lambda: services.update_issue(issue=issue, user=user, number=99),
            lambda: services.add_entries(issue=issue, user=user, documents=[document.pk]),
            lambda: services.update_entry(entry=entry, user=user, section="x", page=None),
            lambda: services.move_entry(entry=entry, user=user, direction=Direction.UP),
            lambda: services.remove_entry(entry=entry, user=user),
            lambda: services.attach_pdf(issue=issue, user=user, upload=None),
            lambda: services.delete_draft(issue=issue, user=user),
            lambda: services.publish_issue(issue=issue, user=user),
            issue.save,
            issue.delete,
            entry.save,
            entry.delete,
        )
        for attempt in attempts:
            with pytest.raises(ValidationError, match="已经发布"):
                attempt()
        assert GazetteEntry.objects.filter(issue=issue).count() == 1

    def test_a_draft_can_be_given_up(self, user: User) -> None:
        services.delete_draft(issue=EntryFactory.create().issue, user=user)
        assert not GazetteIssue.objects.exists()


class TestErrata:
    def test_a_correction_is_added_and_stays(self, user: User) -> None:
        issue = published()
        erratum = services.publish_erratum(
            issue=issue, user=user, text=" 第一条应为… ", entry=issue.entries.get()
        )
        assert erratum.text == "第一条应为…"
        with pytest.raises(ValidationError, match="不能修改"):
            erratum.save()

    def test_when_it_is_refused(self, user: User) -> None:
        issue, other = published(), published()
        for attempt, message in (
            ({"issue": issue, "text": "  "}, "写明"),
            ({"issue": issue, "text": "x", "entry": other.entries.get()}, "不在本期"),
            ({"issue": IssueFactory.create(), "text": "x"}, "直接修改"),
        ):
            with pytest.raises(ValidationError, match=message):
                services.publish_erratum(user=user, **attempt)  # type: ignore[arg-type]
        assert not GazetteErratum.objects.exists()


class TestPdf:
    PDF = b"%PDF-1.7\n..."

    def test_it_is_kept_with_its_hash_and_replaced(
        self, user: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        issue = IssueFactory.create()
        issue = services.attach_pdf(
            issue=issue, user=user, upload=SimpleUploadedFile("../公报.pdf", self.PDF)
        )
        assert len(issue.pdf_sha256) == 64
        assert issue.pdf.storage.open(issue.pdf.name).read() == self.PDF
        old = issue.pdf.name
        with django_capture_on_commit_callbacks(execute=True):
            issue = services.attach_pdf(issue=issue, user=user, upload=None)
        assert not issue.pdf
        assert not issue.pdf.storage.exists(old)

    def test_what_is_no_pdf_or_too_large(self, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        issue = IssueFactory.create()
        with pytest.raises(ValidationError, match="不是 PDF"):
            services.attach_pdf(issue=issue, user=user, upload=SimpleUploadedFile("a.pdf", b"MZ..."))
        monkeypatch.setattr(services, "MAX_PDF", 5)
        with pytest.raises(ValidationError, match="不能超过"):
            services.attach_pdf(issue=issue, user=user, upload=SimpleUploadedFile("a.pdf", self.PDF))


@given(st.text(max_size=60), st.lists(st.sampled_from([" ", "\n", "\r\n", "\u3000"]), max_size=5))
def test_layout_does_not_change_a_text(text: str, breaks: list[str]) -> None:
    middle = len(text) // 2
    assert text_hash(text[:middle] + "".join(breaks) + text[middle:]) == text_hash(text)


def test_a_comma_does() -> None:
    assert text_hash("第一条，甲") != text_hash("第一条甲")
