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
from tests.factories.archive import DocumentFactory, ImportItemFactory, original
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


def test_accepting_and_rejecting_through_the_forms(office: Client) -> None:
    one, two = ImportItemFactory.create(), ImportItemFactory.create()
    form = {
        "decision": "accept",
        "title": "云岭省停车办法",
        "document_number": "云政发〔2021〕9号",
        "text": "第一条 甲。",
    }
    assert office.post(reverse("archive_admin:item", args=[one.pk]), form).status_code == 302
    assert NormativeDocument.objects.get().title == "云岭省停车办法"
    assert (
        office.post(
            reverse("archive_admin:item", args=[two.pk]), {"decision": "reject", "note": "指南"}
        ).status_code
        == 302
    )
    assert ImportItem.objects.waiting().count() == 0


def test_a_refused_decision_comes_back_with_its_message(office: Client) -> None:
    item = ImportItemFactory.create()
    form = {
        "decision": "accept",
        "title": "云岭省停车办法",
        "document_number": "不是字号",
        "text": "第一条 甲。",
    }
    response = office.post(reverse("archive_admin:item", args=[item.pk]), form)
    assert response.status_code == 200 and "不是完整的发文字号" in response.content.decode()
    assert NormativeDocument.objects.count() == 0


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


@pytest.mark.parametrize("name", ["items", "item", "item_original", "confirm"])
def test_a_drafter_sees_none_of_it(sign_in: SignIn, name: str) -> None:
    item = ImportItemFactory.create(original=original(b"x"))
    pk = DocumentFactory.create().pk if name == "confirm" else item.pk
    client = sign_in(member(Role.DRAFTER))
    response = client.get(reverse(f"archive_admin:{name}", args=[] if name == "items" else [pk]))
    assert response.status_code in (302, 403)


def test_nobody_without_signing_in(client: Client) -> None:
    assert client.get(ITEMS).headers["Location"].startswith("/admin/login/")
