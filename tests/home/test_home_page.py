"""`/`: the hero, then what the features registered, in order; a bounded number of queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.home.registry import PanelRegistry
from tests.factories.organisations import home_page
from tests.home.markup import parse, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> Iterator[PanelRegistry]:
    """An empty registry in place of the one the features filled."""
    registry = PanelRegistry()
    monkeypatch.setattr("portal.home.registry.home_sections", registry)
    yield registry


def nothing(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
    return {}


def test_home_of_an_empty_site_offers_search_and_says_what_will_come(
    client: Client, sections: PanelRegistry
) -> None:
    sections.register(key="search", order=10, template="home/sections/search.html", context=nothing)
    response = client.get("/")
    assert response.status_code == 200
    tree = parse(response.content)
    form = tree.css_first('form[role="search"]')
    assert form is not None
    assert form.attributes["action"] == "/search/"
    assert tree.css_first(".empty") is not None
    assert problems(response.content) == []


def test_the_real_home_page_is_sound_in_both_languages(client: Client) -> None:
    for language in ("zh-hans", "en"):
        response = client.get("/", headers={"accept-language": language})
        assert response.status_code == 200
        assert problems(response.content) == [], language


def test_sections_appear_in_their_order_after_the_hero(client: Client, sections: PanelRegistry) -> None:
    sections.register(
        key="late", order=30, template="components/alert.html", context=lambda r, at: {"text": "第三"}
    )
    sections.register(
        key="early", order=20, template="components/alert.html", context=lambda r, at: {"text": "第二"}
    )
    sections.register(key="search", order=90, template="home/sections/search.html", context=nothing)
    html = client.get("/").content.decode()
    assert html.index("hero__title") < html.index("第二") < html.index("第三")


def test_a_section_is_given_the_request_and_one_moment(client: Client, sections: PanelRegistry) -> None:
    seen: list[tuple[str, datetime]] = []

    def context(request: HttpRequest, at: datetime) -> Mapping[str, Any]:
        seen.append((request.path, at))
        return {"text": "x"}

    sections.register(key="a", order=1, template="components/alert.html", context=context)
    sections.register(key="b", order=2, template="components/alert.html", context=context)
    client.get("/")
    assert [path for path, _at in seen] == ["/", "/"]
    assert seen[0][1] == seen[1][1]
    assert seen[0][1].tzinfo is not None


def test_a_section_with_nothing_to_show_leaves_no_trace(client: Client, sections: PanelRegistry) -> None:
    sections.register(key="none", order=1, template="components/meta_row.html", context=nothing)
    response = client.get("/")
    assert response.context["sections"] == []


def test_registering_a_key_again_replaces_it() -> None:
    registry = PanelRegistry()
    registry.register(key="a", order=1, template="one.html", context=nothing)
    registry.register(key="a", order=5, template="two.html", context=nothing)
    assert [(panel.template, panel.order) for panel in registry.ordered()] == [("two.html", 5)]


def test_equal_orders_are_sorted_by_key() -> None:
    registry = PanelRegistry()
    for key in ("b", "a", "c"):
        registry.register(key=key, order=1, template="x.html", context=nothing)
    assert [panel.key for panel in registry.ordered()] == ["a", "b", "c"]


def test_the_frame_of_the_home_page_costs_few_queries(
    client: Client, sections: PanelRegistry, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Site, page, its type: what a section adds is counted by the feature that registers it."""
    home_page()
    client.get("/")
    with django_assert_max_num_queries(6):
        client.get("/")


def test_the_whole_home_page_costs_a_bounded_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")
    with django_assert_max_num_queries(25):
        client.get("/")
