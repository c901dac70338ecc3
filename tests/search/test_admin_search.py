"""Wagtail's own search in the admin finds Chinese by any part of a title, not only by its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from wagtail.search.backends import get_search_backend
from wagtail.search.query import MATCH_ALL, And, Not, Or, Phrase, PlainText

from portal.admin_search import MAX_TOKENS, segment_query
from portal.home.models import BasePage, SectionPage
from tests.factories.organisations import UserFactory, home_page

if TYPE_CHECKING:
    from portal.organisations.models import User

pytestmark = pytest.mark.django_db

TITLE = "云岭省行政规范性文件制定和监督管理办法（2024年修订）"
#: Eleven ways to ask for a part of the title; the stock backend finds two.
PARTS = [
    "云岭省",
    "行政",
    "规范性文件",
    "文件制定",
    "制定和监督",
    "监督管理",
    "管理办法",
    "办法",
    "2024",
    "修订",
    "雲嶺省行政規範性文件",
]


@pytest.fixture
def section() -> SectionPage:
    home = home_page()
    home.add_child(instance=SectionPage(title="关于本站", slug="about-test"))
    page: SectionPage = home.add_child(instance=SectionPage(title=TITLE, slug="rules-test"))
    return page


@pytest.fixture
def editor() -> User:
    user: User = UserFactory.create(is_superuser=True, is_staff=True)
    return user


def in_admin(client: Client, q: str) -> str:
    response = client.get("/admin/pages/search/", {"q": q})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_the_admin_finds_a_page_by_any_part_of_its_title(
    client: Client, editor: User, section: SectionPage, part: str
) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    html = in_admin(client, part)
    assert TITLE in html
    assert "关于本站" not in html


@pytest.mark.parametrize("part", PARTS)
def test_pages_are_found_by_search_and_by_autocomplete(section: SectionPage, part: str) -> None:
    assert [page.pk for page in BasePage.objects.search(part)] == [section.pk]
    assert [page.pk for page in BasePage.objects.autocomplete(part)] == [section.pk]


@pytest.mark.parametrize("q", ["渔业捕捞", "制监", "2023", "文件规范"])
def test_what_is_not_in_the_title_is_not_found(section: SectionPage, q: str) -> None:
    assert not list(BasePage.objects.autocomplete(q))


@pytest.mark.parametrize("q", ['"', "'", "a*", "()", "NEAR(", "\x00", "🙂", "%", "税" * 5_000, "- OR -"])
def test_no_query_breaks_the_admin(client: Client, editor: User, section: SectionPage, q: str) -> None:
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    in_admin(client, q)


def test_a_renamed_page_is_found_by_its_new_title_only(section: SectionPage) -> None:
    section.title = section.draft_title = "渔业捕捞许可"
    section.save()
    assert [page.pk for page in BasePage.objects.autocomplete("捕捞")] == [section.pk]
    assert not list(BasePage.objects.autocomplete("规范性"))


def test_query_trees_are_cut_in_every_branch(section: SectionPage) -> None:
    backend = get_search_backend()

    def titles(query: object) -> list[str]:
        return [page.title for page in backend.search(query, BasePage.objects.type(SectionPage))]

    assert titles(And([PlainText("规范性"), PlainText("监督")])) == [TITLE]
    assert set(titles(Or([PlainText("规范性"), PlainText("本站")]))) == {TITLE, "关于本站"}
    assert titles(Phrase("规范性文件")) == [TITLE]
    assert titles(PlainText("。")) == []
    assert TITLE not in titles(Not(PlainText("规范性")))
    assert len(titles(MATCH_ALL)) >= 2


def test_models_that_are_not_segmented_keep_the_stock_search() -> None:
    from wagtail.documents.models import Document

    document = Document.objects.create(title="公积金流程图", file="x.pdf")
    assert list(Document.objects.all().search("公积金流程图")) == [document]


def test_queries_are_bounded() -> None:
    text = "".join(chr(0x4E00 + i) for i in range(500))
    assert len(segment_query(text).split()) == MAX_TOKENS
