"""`/policies/` and `/policies/<slug>/`: what is shown, what is not, and in how many queries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from interpretations import services
from interpretations.enums import MaterialForm, Point, SignOffKind
from interpretations.models import InterpretationMaterial, PolicyDocumentPage
from portal.home.services import ensure_home_page
from tests.factories.interpretations import PolicyFactory, reviewer, signed_policy
from tests.factories.organisations import DepartmentFactory

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> PolicyDocumentPage:
    return signed_policy(title="云岭省意见答复办法", slug="意见答复办法")


def test_detail_shows_document_and_whole_package(client: Client, policy: PolicyDocumentPage) -> None:
    html = client.get(policy.public_path).content.decode()
    assert '<section class="clause clause--article' in html
    assert 'id="a3"' in html and "第三条" in html
    assert policy.document_number in html
    for point in Point:
        assert str(point.label) in html
    assert "一图读懂意见去向" in html
    assert "此前没有同类文件" in html
    assert "合法性审查" in html
    assert "badge--in_force" in html


def test_pictures_and_films_have_a_text_alternative(client: Client) -> None:
    chart = InterpretationMaterial(
        form=MaterialForm.CHART,
        title="一张图看懂流程",
        image=Image.objects.create(title="流程图", file=get_test_image_file()),
        image_alt="从提出意见到公布采纳情况，共五个环节。",
    )
    film = InterpretationMaterial(
        form=MaterialForm.AUDIO_VIDEO,
        title="厅长访谈",
        video_url="https://video.example.org/1",
        transcript="主持人：群众最关心什么？厅长：提了意见有没有回音。",
        credited_to="张平",
    )
    html = client.get(signed_policy(materials=[film, chart]).public_path).content.decode()
    assert 'alt="从提出意见到公布采纳情况，共五个环节。"' in html
    assert "提了意见有没有回音" in html and "https://video.example.org/1" in html and "张平" in html
    assert html.index("一张图看懂流程") < html.index("厅长访谈")


def test_draft_is_not_found(client: Client) -> None:
    draft = PolicyFactory.create(slug="draft")
    assert client.get(draft.public_path).status_code == 404


def test_address_in_the_tree_leads_to_the_public_one(client: Client, policy: PolicyDocumentPage) -> None:
    tree_path = "/" + policy.url_path.removeprefix(ensure_home_page().url_path)
    response = client.get(tree_path)
    assert response.status_code == 302
    assert response["Location"] == policy.public_path
    assert policy.url == policy.public_path


def test_text_of_staff_is_escaped(client: Client) -> None:
    material = InterpretationMaterial(
        title="<b>x</b>", body="<script>alert(1)</script>" + "说明文字与文件不同" * 8
    )
    page = signed_policy(materials=[material])
    html = client.get(page.public_path).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_withdrawn_policy_keeps_text_as_released_with_explanation(
    client: Client, policy: PolicyDocumentPage
) -> None:
    assert policy.lead_department is not None
    head = reviewer(SignOffKind.JOINT, policy.lead_department)
    page = services.withdraw(page=policy, user=head, explanation="与上位法新规定不一致，停止执行。")
    page.body = "第一条 尚未公开的新稿。"
    page.save()
    response = client.get(policy.public_path)
    html = response.content.decode()
    assert response.status_code == 200
    assert "与上位法新规定不一致" in html
    assert "第三条" in html
    assert "尚未公开的新稿" not in html
    assert policy.title not in client.get("/policies/").content.decode()


def test_list_filters_by_word_department_and_year(client: Client) -> None:
    water, roads = DepartmentFactory.create(code="water"), DepartmentFactory.create(code="roads")
    first = signed_policy(title="云岭省河道管理办法", slug="rivers", lead_department=water)
    second = signed_policy(title="云岭省公路养护办法", slug="roads", lead_department=roads)
    year = timezone.localdate().year

    def titles(query: str) -> tuple[bool, bool]:
        html = client.get(f"/policies/?{query}").content.decode()
        return first.title in html, second.title in html

    assert titles("") == (True, True)
    assert titles("q=河道") == (True, False)
    assert titles("department=roads") == (False, True)
    assert titles(f"year={year}") == (True, True)
    assert titles(f"q=河道&department=roads&year={year}") == (False, False)


@pytest.mark.parametrize(
    "query",
    ["year=abc", "year=99999999999", "department=nowhere", "page=-3", "page=zzz", "q=%00%1b", "q=" + "法" * 10_000,
     "q=%E2%80%AE%F0%9F%98%80", "department=%00"],
)  # fmt: skip
def test_no_query_string_breaks_the_list(client: Client, policy: PolicyDocumentPage, query: str) -> None:
    assert client.get(f"/policies/?{query}").status_code == 200


@pytest.mark.parametrize("slug", ["%00", "..", "a%20b", "%3Cscript%3E", "x" * 3000, "%E2%80%AE"])
def test_no_address_breaks_the_page(client: Client, slug: str) -> None:
    assert client.get(f"/policies/{slug}/").status_code == 404
    assert client.get(f"/api/v1/policies/{slug}/").status_code == 404


def test_empty_list_says_so(client: Client) -> None:
    assert "还没有发布的政策" in client.get("/policies/").content.decode()


def test_list_needs_the_same_queries_for_one_and_many(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        signed_policy(slug=f"p{number}")
    client.get("/policies/")
    with django_assert_max_num_queries(14):
        client.get("/policies/")


def test_detail_queries(
    client: Client, policy: PolicyDocumentPage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(policy.public_path)
    with django_assert_max_num_queries(16):
        client.get(policy.public_path)


def test_feed_lists_policies(client: Client, policy: PolicyDocumentPage) -> None:
    response = client.get("/feeds/policies/")
    assert response.status_code == 200
    assert policy.title in response.content.decode()


def test_lapsed_policy_says_so(client: Client) -> None:
    today = timezone.localdate()
    page = signed_policy(
        effective_on=today - dt.timedelta(days=900),
        valid_until=today - dt.timedelta(days=1),
        adopted_on=today - dt.timedelta(days=910),
    )
    assert "badge--lapsed" in client.get(page.public_path).content.decode()
