"""All values of one facet on a page of their own, presets of dates, and the marks of a page that should not be indexed."""

from __future__ import annotations

import datetime
import re
from unittest import mock

import pytest
from django.test import Client

from search import indexing, presentation
from search.engines.base import EngineUnavailable
from search.presentation import date_presets
from search.query import SearchQuery
from search.selectors import FACET_LIMIT
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db
MANY = FACET_LIMIT + 3


@pytest.fixture
def issuers(db: None) -> list[str]:
    names = [f"云岭省第{n}局" for n in range(MANY)]
    for name in names:
        ArchivedDocumentFactory.create(issuing_authority=name)
    ArchivedDocumentFactory.create(issuing_authority=names[0], level="city")
    indexing.rebuild()
    return names


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestValues:
    def test_without_an_index_it_does_not_say_that_there_are_none(self, client: Client) -> None:
        ArchivedDocumentFactory.create(title="云岭省停车办法", issuing_authority="云岭省公安厅")
        with (
            mock.patch("search.selectors.get_engine", side_effect=EngineUnavailable("down")),
            mock.patch("search.selectors.request_index"),
        ):
            response = client.get("/search/values/issuer/", {"q": "停车办法"})
        page = response.content.decode()
        assert response.status_code == 503 and "全文检索暂时不可用" in page
        assert "没有这样的取值" not in page and 'name="find"' not in page

    def test_a_long_facet_leads_to_all_of_its_values(self, client: Client, issuers: list[str]) -> None:
        short = html_of(client, "/search/?q=公积金&level=province")
        (link,) = re.findall(r'href="(/search/values/issuer/[^"]*)"', short)
        html = html_of(client, link.replace("&amp;", "&"))
        assert all(name in html for name in issuers)
        assert "level=province" in html

    def test_a_short_facet_does_not(self, client: Client, issuers: list[str]) -> None:
        assert "/search/values/level/" not in html_of(client, "/search/?q=公积金")

    def test_counts_are_those_of_the_search(self, client: Client, issuers: list[str]) -> None:
        html = html_of(client, "/search/values/issuer/?q=公积金")
        first = re.search(rf"{issuers[0]}</span> <span class=\"filters__count\">(\d+)<", html)
        assert first
        assert first[1] == "2"

    def test_several_can_be_chosen(self, client: Client, issuers: list[str]) -> None:
        html = html_of(client, f"/search/values/issuer/?issuer={issuers[0]}&issuer={issuers[1]}")
        assert html.count('rel="nofollow" aria-current="true"') == 2
        assert html_of(client, f"/search/?issuer={issuers[0]}&issuer={issuers[1]}").count('class="item"') == 3

    def test_one_finds_a_value_among_many(self, client: Client, issuers: list[str]) -> None:
        html = html_of(client, "/search/values/issuer/?q=公积金&find=第１4局")
        assert html.count("filters__option") == 1
        assert "云岭省第14局" in html
        assert "没有这样的取值" in html_of(client, "/search/values/issuer/?find=鼯鼠")

    def test_too_many_values_are_cut_and_said(
        self, client: Client, issuers: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("search.views.FACET_PAGE_LIMIT", 5)
        html = html_of(client, "/search/values/issuer/")
        assert "只列出文件最多的 5 个" in html
        assert html.count("filters__option") == 5

    @pytest.mark.parametrize("name", ["nothing", "date_from", "q"])
    def test_only_facets_have_such_a_page(self, client: Client, name: str) -> None:
        assert client.get(f"/search/values/{name}/").status_code == 404

    def test_bad_values_lead_to_the_page_that_explains_them(self, client: Client, issuers: list[str]) -> None:
        response = client.get("/search/values/issuer/?level=galaxy", follow=True)
        assert response.redirect_chain == [("/search/?level=galaxy", 302)]
        assert response.status_code == 400

    def test_without_an_index_what_was_asked_stays(self, client: Client, db: None) -> None:
        with mock.patch("search.views.run_search", side_effect=EngineUnavailable("away")):
            response = client.get("/search/values/issuer/?q=公积金")
        assert response.status_code == 503
        assert 'value="公积金"' in response.content.decode()


class TestDates:
    def test_presets_end_today(self) -> None:
        day = datetime.date(2024, 2, 29)
        links = {link.label: link for link in date_presets(SearchQuery(q="税", page=3), day)}
        assert "from=2023-02-28" in links["近一年"].url
        assert "page" not in links["近一年"].url
        assert "in_force_on=2024-02-29" in links["今天有效"].url

    def test_the_one_in_use_is_marked(self) -> None:
        day = datetime.date(2024, 5, 1)
        links = date_presets(SearchQuery(date_from=datetime.date(2021, 5, 1)), day)
        assert [link.label for link in links if link.current] == ["近三年"]

    def test_a_day_is_explained_and_can_be_given_up(self, client: Client, issuers: list[str]) -> None:
        html = html_of(client, "/search/?q=公积金&in_force_on=2022-01-01")
        assert "以 2022年1月1日 为准" in html
        assert 'href="?q=%E5%85%AC%E7%A7%AF%E9%87%91">取消' in html
        assert "为准" not in html_of(client, "/search/?q=公积金")


class TestConditions:
    def test_signs_are_shown_as_they_were_understood(self, client: Client, issuers: list[str]) -> None:
        html = html_of(client, "/search/?q=公积金 -鼯鼠 标题:提取 甲 OR 提取")
        for chip in ("不含：鼯鼠", "标题含：提取", "任一：甲、提取"):
            assert chip in html

    def test_each_can_be_taken_back(self) -> None:
        (chip,) = presentation.chips(SearchQuery(q="公积金 -贷款"))
        assert chip.url == SearchQuery(q="公积金").link()


class TestHead:
    def test_only_the_bare_page_is_for_search_engines(self, client: Client, issuers: list[str]) -> None:
        assert "noindex" not in html_of(client, "/search/")
        assert "noindex" in html_of(client, "/search/?q=公积金")

    def test_one_search_has_one_address(self, client: Client, issuers: list[str]) -> None:
        pattern = r'<link rel="canonical" href="([^"]*)"'
        addresses = {
            re.findall(pattern, html_of(client, address))[0]
            for address in ("/search/?level=city&q=公积金", "/search/?q=公积金&page=1&level=city&x=y")
        }
        assert addresses == {"http://testserver/search/?q=%E5%85%AC%E7%A7%AF%E9%87%91&amp;level=city"}

    def test_neighbours_are_named(self, client: Client, issuers: list[str]) -> None:
        first = html_of(client, "/search/?q=公积金")
        assert '<link rel="next" href="?q=' in first
        assert '<link rel="prev"' not in first
        assert '<link rel="prev" href="?q=' in html_of(client, "/search/?q=公积金&page=2")
