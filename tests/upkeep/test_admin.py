"""The editing screens of clean-up, filing and expiring files, walked as those who use them and as others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.organisations.duties import duties_of
from portal.organisations.enums import Role
from portal.organisations.models import User
from portal.upkeep import conclusions, expiring, filings, registrations
from search import indexing
from search.upkeep import expiry
from search.upkeep.enums import Conclusion, FilingState
from search.upkeep.models import CleanupBatch, CleanupEntry, Filing
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory, member
from tests.factories.upkeep import BatchFactory, EntryFactory, FilingFactory, decision_document

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def office(sign_in: SignIn) -> Client:
    return sign_in(member(Role.OFFICE))


def address(name: str, *args: int) -> str:
    return reverse(f"upkeep_admin:{name}", args=args)


def text_of(client: Client, where: str, data: dict[str, Any] | None = None) -> str:
    response: Any = client.post(where, data, follow=True) if data is not None else client.get(where)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_batch_from_a_pasted_list(office: Client) -> None:
    known = DocumentFactory.create(title="云岭省渡口办法", document_number="云政发〔2018〕7号")
    form = {
        "title": "2026年清理", "department": DepartmentFactory.create().pk, "scope": "全部",
        "listed": "云政发〔2018〕7号\n不存在的办法",
    }  # fmt: skip
    page = text_of(office, address("create"), form)
    batch = CleanupBatch.objects.get()
    assert "文件库中没有：不存在的办法" in page and "云岭省渡口办法" in page
    assert [e.document for e in batch.entries.all()] == [known]
    assert batch.title in text_of(office, address("batches"))


def test_files_from_a_csv_in_the_encoding_of_an_office_program_and_from_a_search(office: Client) -> None:
    batch = BatchFactory.create()
    known = DocumentFactory.create(title="云岭省渡口办法", document_number="云政发〔2018〕7号")
    found = DocumentFactory.create(level="county", document_number="云政发〔2018〕8号")
    indexing.rebuild()
    upload = SimpleUploadedFile("清单.csv", "标题,字号\n云岭省渡口办法,云政发〔2018〕7号\n".encode("gb18030"))
    text_of(office, address("files", batch.pk), {"file": upload, "search": "http://x/search/?level=county"})
    assert set(batch.entries.values_list("document_id", flat=True)) == {known.pk, found.pk}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"search": "level=nowhere"}, "不是可用的选项"),
        ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x81")}, "编码"),
    ],
)
def test_files_that_cannot_be_read_are_told(office: Client, form: dict[str, Any], words: str) -> None:
    assert words in text_of(office, address("files", BatchFactory.create().pk), form)


def test_conclusions_for_what_is_ticked_or_for_all_that_is_listed(office: Client) -> None:
    batch = BatchFactory.create()
    entries = EntryFactory.create_batch(60, batch=batch)
    form = {"conclusion": "repeal", "reason": "已不适用", "entry": [entries[0].pk], "back": "?page=2"}
    response = office.post(address("entries", batch.pk), form)
    assert response.headers["Location"] == f"{address('batch', batch.pk)}?page=2"
    assert CleanupEntry.objects.open().count() == 59
    text_of(
        office,
        address("entries", batch.pk),
        {**form, "everything": "1", "filter": "open", "conclusion": "continue"},
    )
    assert not CleanupEntry.objects.open().exists()
    assert "对 1 件文件" in text_of(office, address("entries", batch.pk), form)
    text_of(office, address("entries", batch.pk), {"remove": "1", "entry": [entries[1].pk]})
    assert batch.entries.count() == 59


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"conclusion": "repeal", "reason": "甲"}, "请先勾选"),
        ({"conclusion": "nonsense", "reason": "甲", "everything": "1"}, "nonsense"),
        ({"conclusion": "repeal", "everything": "1"}, "理由"),
        ({"conclusion": "repeal", "reason": "甲", "entry": ["x", "9" * 30, "-1"]}, "请先勾选"),
        (
            {"conclusion": "repeal", "reason": "甲", "everything": "1", "back": "https://evil.example/"},
            "对 1 件",
        ),
    ],
)
def test_refusals_are_told_in_place(office: Client, form: dict[str, Any], words: str) -> None:
    entry = EntryFactory.create()
    assert words in text_of(office, address("entries", entry.batch_id), form)


def test_what_is_missing_leads_to_the_files_and_publication_follows(office: Client) -> None:
    batch = BatchFactory.create()
    document = DocumentFactory.create(valid_until=dt.date(2020, 1, 1))
    text_of(office, address("files", batch.pk), {"listed": document.document_number})
    page = text_of(office, address("batch", batch.pk))
    assert "?filter=open" in page and "采用 1 条系统建议" in page and "公布清理结果" not in page
    decision = decision_document(document_number="云政发〔2025〕99号", number_key="standard|云政发|2025|99")
    form = {"decision": "云政发[2025]99号", "decided_on": "2025-06-30", "introduction": "说明"}
    assert "已关联文件库中的" in text_of(office, address("decision", batch.pk), form)
    page = text_of(office, address("proposals", batch.pk), {})
    assert "齐备，可以公布" in page and "公布清理结果" in page
    assert "清理结果已公布" in text_of(office, address("publish", batch.pk), {})
    batch.refresh_from_db()
    assert batch.published_at and batch.decision_document == decision
    page = text_of(office, address("batch", batch.pk))
    assert 'type="checkbox"' not in page.split("<main")[-1] and batch.get_absolute_url() in page
    assert "已经公布" in text_of(office, address("discard", batch.pk), {})


def test_giving_up_goes_back_to_the_list(office: Client) -> None:
    batch = BatchFactory.create()
    assert "已放弃" in text_of(office, address("discard", batch.pk), {})
    assert not CleanupBatch.objects.exists()


@pytest.mark.parametrize(
    "query",
    [{"filter": "repeal"}, {"filter": "too_early"}, {"filter": "<b>"}, {"q": "\x00办法"}, {"page": "z"}],
)
def test_the_editor_filters_and_takes_odd_input(office: Client, query: dict[str, str]) -> None:
    EntryFactory.create()
    assert office.get(address("batch", CleanupBatch.objects.get().pk), query).status_code == 200


def test_the_editor_costs_the_same_for_thousands(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    batch = BatchFactory.create()
    EntryFactory.create_batch(60, batch=batch)
    office.get(address("batch", batch.pk))
    with django_assert_max_num_queries(45):
        office.get(address("batch", batch.pk))


def test_a_department_files_and_the_register_answers(sign_in: SignIn) -> None:
    department = DepartmentFactory.create()
    filing = FilingFactory.create(department=department)
    client = sign_in(member(Role.DRAFTER, department))
    assert filing.document.title in text_of(client, address("filings"))
    form = {"action": "submit", "authority": "云岭省人大常委会", "filed_on": ""}
    text_of(client, address("filing", filing.pk), form)
    assert Filing.objects.get().state is FilingState.SUBMITTED
    assert "没有需要您办理" in text_of(client, address("filing", filing.pk))
    client = sign_in(member(Role.LEGALITY))
    assert filing.document.title in text_of(client, address("filings"))
    page = text_of(client, address("filing", filing.pk), {"action": "return", "reason": " "})
    assert "errorlist" in page and Filing.objects.get().state is FilingState.SUBMITTED
    text_of(client, address("filing", filing.pk), {"action": "register", "registration_number": "YL-1"})
    assert Filing.objects.get().state is FilingState.REGISTERED
    assert client.post(address("filing", filing.pk), {"action": "submit"}).status_code == 200


def test_the_office_adds_a_file_by_its_number(office: Client) -> None:
    document = DocumentFactory.create(document_number="云政发〔2018〕7号")
    assert "没有这个字号" in text_of(office, address("filings"), {"number": "云政发〔2018〕8号"})
    text_of(office, address("filings"), {"number": "云政发[2018]7号"})
    assert Filing.objects.get().document == document


def test_an_expiring_file_is_concluded_into_a_batch(sign_in: SignIn) -> None:
    department = DepartmentFactory.create(name="云岭省林业厅")
    document = DocumentFactory.create(
        issuing_authority="云岭省林业厅", valid_until=timezone.localdate() + dt.timedelta(days=40)
    )
    client = sign_in(member(Role.HEAD, department))
    assert document.title in text_of(client, address("expiring"))
    text_of(client, address("conclude", document.pk), {"conclusion": "repeal", "reason": ""})
    assert not CleanupBatch.objects.exists()
    page = text_of(client, address("conclude", document.pk), {"conclusion": "repeal", "reason": "已不适用"})
    assert "有效期届满评估" in page
    assert CleanupEntry.objects.get().conclusion == Conclusion.REPEAL
    assert "有效期届满评估" in text_of(client, address("expiring"))


def test_others_see_none_of_it(sign_in: SignIn) -> None:
    batch, filing = BatchFactory.create(), FilingFactory.create()
    client = sign_in(member(Role.MODERATOR))
    for where in (address("batches"), address("create"), address("batch", batch.pk), address("filings"),
                  address("filing", filing.pk), address("expiring")):  # fmt: skip
        assert client.get(where).status_code in (302, 403)
    assert "清理与备案" not in client.get("/admin/").content.decode()


def test_a_drafter_may_look_but_every_change_is_refused(sign_in: SignIn) -> None:
    entry = EntryFactory.create()
    client = sign_in(member(Role.DRAFTER, entry.department))
    page = text_of(client, address("batch", entry.batch_id))
    assert "放弃这次清理" not in page and "移出范围" not in page
    for name, form in (
        ("entries", {"conclusion": "repeal", "reason": "甲", "entry": [entry.pk]}),
        ("decision", {"decision": "甲"}), ("proposals", {}), ("publish", {}), ("discard", {}),
    ):  # fmt: skip
        assert client.post(address(name, entry.batch_id), form).status_code in (302, 403)
    entry.refresh_from_db()
    assert entry.conclusion == "" and CleanupBatch.objects.exists()


def test_each_duty_has_its_to_dos() -> None:
    department = DepartmentFactory.create(name="云岭省林业厅")
    head, register, office = member(Role.HEAD, department), member(Role.LEGALITY), member(Role.OFFICE)
    now = timezone.now()
    late = FilingFactory.create(department=department, due_on=dt.date(2024, 1, 8))
    FilingFactory.create()
    sent = FilingFactory.create(filed_on=timezone.localdate())
    entry = EntryFactory.create(department=department)
    own = DocumentFactory.create(
        issuing_authority="云岭省林业厅", valid_until=timezone.localdate() + dt.timedelta(days=40)
    )
    foreign = DocumentFactory.create(valid_until=timezone.localdate() + dt.timedelta(days=40))
    expiry.notice(timezone.localdate())
    assert [(t.title, t.urgent) for t in filings(duties_of(head), now)] == [(late.document.title, True)]
    assert [t.title for t in registrations(duties_of(register), now)] == [sent.document.title]
    assert [t.title for t in conclusions(duties_of(head), now)] == [entry.batch.title]
    assert [t.title for t in expiring(duties_of(head), now)] == [own.title]
    assert [t.title for t in expiring(duties_of(office), now)] == [foreign.title]
    for collect in (filings, conclusions, expiring):
        assert collect(duties_of(register), now) == []
    EntryFactory.create(document=own, department=department)
    assert expiring(duties_of(head), now) == [], "in preparation already"
