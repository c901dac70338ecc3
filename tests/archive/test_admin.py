"""The archive's admin screens, walked as the general office and as somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive.enums import ItemStatus, Reason
from search.archive.models import ImportItem, NormativeDocument
from tests.archive.files import scanned_pdf
from tests.factories.archive import DocumentFactory, ImportItemFactory, day, original
from tests.factories.organisations import member

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ITEMS = "/admin/archive-items/"


@pytest.fixture
def office(sign_in: SignIn) -> Client:
    return sign_in(member(Role.OFFICE))


def test_the_list_shows_what_waits_and_filters(office: Client) -> None:
    ImportItemFactory.create(title="等待中的条目")
    ImportItemFactory.create(title="扫描的条目", reason_code=Reason.SCANNED)
    ImportItemFactory.create(title="已收录的条目", status=ItemStatus.ADDED)
    page = office.get(ITEMS).content.decode()
    assert "等待中的条目" in page and "扫描的条目" in page and "已收录的条目" not in page
    page = office.get(ITEMS, {"status": "", "reason": Reason.SCANNED.value}).content.decode()
    assert "扫描的条目" in page and "等待中的条目" not in page
    assert "已收录的条目" in office.get(ITEMS, {"status": "", "q": "已收录"}).content.decode()


@pytest.mark.parametrize(
    "query",
    [{"status": "nonsense"}, {"page": "x"}, {"page": "99999"}, {"q": "\x00🙂" * 50}, {"reason": "<b>"}],
)
def test_odd_filters_do_no_harm(office: Client, query: dict[str, str]) -> None:
    ImportItemFactory.create()
    assert office.get(ITEMS, query).status_code == 200


def test_the_list_costs_the_same_for_fifty_items(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office.get(ITEMS)
    ImportItemFactory.create_batch(50, original=original(b"same"))
    with django_assert_max_num_queries(25):
        office.get(ITEMS)


def test_the_original_stands_beside_the_result(office: Client) -> None:
    item = ImportItemFactory.create(original=original("第一条 原件里的<b>文字</b>。".encode(), name="a.txt"))
    page = office.get(reverse("archive_admin:item", args=[item.pk])).content.decode()
    assert "原件里的&lt;b&gt;文字" in page
    assert "当前位置：首页" in page and item.reason in page and "停车攻略" in page
    download = office.get(reverse("archive_admin:item_original", args=[item.pk]))
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert download.headers["X-Content-Type-Options"] == "nosniff"


def test_an_item_without_text_says_why(office: Client) -> None:
    item = ImportItemFactory.create(original=original(b"%PDF-1.4 broken", name="a.pdf"), payload={})
    assert "损坏" in office.get(reverse("archive_admin:item", args=[item.pk])).content.decode()


FORM = {
    "decision": "accept",
    "title": "云岭省停车办法",
    "document_number_raw": "云政发〔2021〕9号",
    "co_issuers": "云岭省公安厅、云岭省财政厅",
    "level": "province",
    "effective_on": "2021-05-01",
    "text": "第一条 甲。",
}


def test_accepting_with_corrections_leads_to_the_next_item(office: Client) -> None:
    one, two = ImportItemFactory.create(), ImportItemFactory.create()
    response = office.post(reverse("archive_admin:item", args=[one.pk]), FORM)
    assert response.headers["Location"] == reverse("archive_admin:item", args=[two.pk])
    document = NormativeDocument.objects.get()
    assert (document.title, document.level, document.effective_on) == (
        "云岭省停车办法",
        "province",
        day("2021-05-01"),
    )
    assert document.co_issuers == ["云岭省公安厅", "云岭省财政厅"]
    response = office.post(
        reverse("archive_admin:item", args=[two.pk]), {"decision": "reject", "note": "指南"}
    )
    assert response.headers["Location"] == ITEMS
    assert ImportItem.objects.waiting().count() == 0


def test_the_way_from_item_to_item_keeps_the_filter(office: Client) -> None:
    first = ImportItemFactory.create(reason_code=Reason.SCANNED)
    ImportItemFactory.create()
    third = ImportItemFactory.create(reason_code=Reason.SCANNED)
    address = f"{reverse('archive_admin:item', args=[first.pk])}?reason=scanned"
    following = f"{reverse('archive_admin:item', args=[third.pk])}?reason=scanned"
    assert following in office.get(address).content.decode()
    assert office.post(address, FORM).headers["Location"] == following


def test_a_refused_decision_comes_back_with_its_message_and_what_was_typed(office: Client) -> None:
    item = ImportItemFactory.create()
    form = {**FORM, "document_number_raw": "不是字号", "addressees": "各市人民政府"}
    response = office.post(reverse("archive_admin:item", args=[item.pk]), form)
    page = response.content.decode()
    assert response.status_code == 200 and "不是完整的发文字号" in page and "各市人民政府" in page
    assert NormativeDocument.objects.count() == 0


def test_each_field_says_how_sure_it_is_and_doubtful_ones_stand_out(office: Client) -> None:
    fields = {
        "title": "甲办法",
        "text": "第一条",
        "genre": "办法",
        "confidence": {"title": 0.5, "genre": 0.95},
    }
    item = ImportItemFactory.create(payload={"fields": fields})
    page = office.get(reverse("archive_admin:item", args=[item.pk])).content.decode()
    assert "可信度 50%，请核对" in page and "可信度 95%" in page and "可信度 95%，" not in page
    assert page.count("ya-field--doubtful") == 1


def test_ticked_items_are_left_out_together(office: Client) -> None:
    one, two, three = ImportItemFactory.create_batch(3)
    address = reverse("archive_admin:reject_selected")
    response = office.post(address, {"item": [one.pk, two.pk, "x", "9" * 30], "note": "指南"}, follow=True)
    assert "已记录 2 个条目" in response.content.decode()
    assert list(ImportItem.objects.waiting()) == [three]
    assert "请说明" in office.post(address, {"item": [three.pk]}, follow=True).content.decode()
    assert "请先选择" in office.post(address, {"note": "指南"}, follow=True).content.decode()
    assert office.get(address).status_code == 405


def test_a_rejected_item_can_be_opened_again(office: Client) -> None:
    item = ImportItemFactory.create(status=ItemStatus.REJECTED)
    again = reverse("archive_admin:item_reopen", args=[item.pk])
    assert again in office.get(reverse("archive_admin:item", args=[item.pk])).content.decode()
    office.post(again)
    assert list(ImportItem.objects.waiting()) == [item]
    assert "只有决定不收录" in office.post(again, follow=True).content.decode()


def test_a_scan_is_shown_page_by_page(office: Client) -> None:
    item = ImportItemFactory.create(original=original(scanned_pdf(2), name="scan.pdf"), payload={})
    page = office.get(reverse("archive_admin:item", args=[item.pk])).content.decode()
    pictures = [reverse("archive_admin:item_page", args=[item.pk, n]) for n in (1, 2, 3)]
    assert [address in page for address in pictures] == [True, True, False]
    picture = office.get(pictures[0])
    assert picture.headers["Content-Type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert office.get(pictures[2]).status_code == 404
    assert office.get(reverse("archive_admin:item_page", args=[item.pk, 0])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"), [("a.txt", b"text"), ("a.pdf", b"%PDF-1.4 broken"), ("a.pdf", b"")]
)
def test_what_cannot_be_drawn_has_no_pages(office: Client, name: str, data: bytes) -> None:
    item = ImportItemFactory.create(original=original(data, name=name), payload={})
    assert "pages/1/" not in office.get(reverse("archive_admin:item", args=[item.pk])).content.decode()
    assert office.get(reverse("archive_admin:item_page", args=[item.pk, 1])).status_code == 404


def test_documents_read_with_doubt_can_be_listed(office: Client) -> None:
    DocumentFactory.create(title="读得有把握", lowest_confidence=0.9)
    DocumentFactory.create(title="读得没把握", lowest_confidence=0.4)
    DocumentFactory.create(title="来源自己写明")
    page = office.get("/admin/snippets/archive/normativedocument/", {"lowest_confidence__lte": "0.6"})
    text = page.content.decode()
    assert "读得没把握" in text and "读得有把握" not in text and "来源自己写明" not in text


def test_confirming_validity_through_the_form(office: Client) -> None:
    document = DocumentFactory.create()
    address = reverse("archive_admin:confirm", args=[document.pk])
    assert "未经人工确认" in office.get(address).content.decode()
    assert office.post(address, {"note": ""}).status_code == 200
    response = office.post(address, {"note": "2022年清理结果", "effective_on": "2021-05-01"})
    assert response.headers["Location"] == document.get_absolute_url()
    document.refresh_from_db()
    assert document.validity_confirmed is True


def test_documents_are_listed_found_and_corrected_but_not_made_or_deleted(office: Client) -> None:
    document = DocumentFactory.create(title="云岭省停车场管理办法")
    DocumentFactory.create(title="别的通知", document_number="云政发〔2001〕1号")
    base = "/admin/snippets/archive/normativedocument/"
    page = office.get(base, {"q": "停车场"}).content.decode()
    assert "云岭省停车场管理办法" in page and "别的通知" not in page
    assert reverse("archive_admin:confirm", args=[document.pk]) in office.get(base).content.decode()
    assert office.get(f"{base}add/").status_code in (302, 403)
    assert office.post(f"{base}delete/{document.pk}/").status_code in (302, 403)
    form = {
        "title": "云岭省停车场办法", "document_number_raw": "云政发[2022]8号", "issuing_authority": "云岭省人民政府", "text": "第一条 甲。",
        "level": "province", "doc_type": "规范性文件",
    }  # fmt: skip
    assert office.post(f"{base}edit/{document.pk}/", form).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.number_key) == ("云岭省停车场办法", "standard|云政发|2022|8")
    assert NormativeDocument.objects.count() == 2


@pytest.mark.parametrize("name", ["items", "item", "item_original", "item_page", "confirm"])
def test_a_drafter_sees_none_of_it(sign_in: SignIn, name: str) -> None:
    item = ImportItemFactory.create(original=original(b"x"))
    pk = DocumentFactory.create().pk if name == "confirm" else item.pk
    client = sign_in(member(Role.DRAFTER))
    args = {"items": [], "item_page": [pk, 1]}.get(name, [pk])
    response = client.get(reverse(f"archive_admin:{name}", args=args))
    assert response.status_code in (302, 403)


@pytest.mark.parametrize("name", ["reject_selected", "item_reopen"])
def test_a_drafter_decides_none_of_it(sign_in: SignIn, name: str) -> None:
    item = ImportItemFactory.create()
    address = reverse(f"archive_admin:{name}", args=[] if name == "reject_selected" else [item.pk])
    response = sign_in(member(Role.DRAFTER)).post(address, {"item": [item.pk], "note": "理由"})
    assert response.status_code in (302, 403)
    item.refresh_from_db()
    assert item.status == ItemStatus.SET_ASIDE


def test_nobody_without_signing_in(client: Client) -> None:
    assert client.get(ITEMS).headers["Location"].startswith("/admin/login/")
