"""`/board/`, robots.txt, the sitemap."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.home.registry import PanelRegistry
from tests.factories.organisations import department_page
from tests.home.markup import parse, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> PanelRegistry:
    registry = PanelRegistry()
    monkeypatch.setattr("portal.home.views.board_panels", registry)
    return registry


def test_the_board_is_public_and_sound(client: Client) -> None:
    response = client.get("/board/")
    assert response.status_code == 200
    assert problems(response.content) == []


def test_a_board_without_panels_says_that_nothing_is_due(client: Client, panels: PanelRegistry) -> None:
    assert parse(client.get("/board/").content).css_first(".empty") is not None


def test_panels_are_shown_in_order(client: Client, panels: PanelRegistry) -> None:
    panels.register(
        key="b", order=2, template="components/alert.html", context=lambda r, at: {"text": "其次"}
    )
    panels.register(
        key="a", order=1, template="components/alert.html", context=lambda r, at: {"text": "首先"}
    )
    html = client.get("/board/").content.decode()
    assert html.index("首先") < html.index("其次")


@pytest.mark.parametrize("path", ["/board/", "/departments/", "/robots.txt"])
def test_they_are_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_the_frame_of_the_board_needs_no_query(
    client: Client, panels: PanelRegistry, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(0):
        client.get("/board/")


def test_the_whole_board_costs_a_bounded_number_of_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/board/")
    with django_assert_max_num_queries(20):
        client.get("/board/")


def test_robots_keep_out_of_receipts_and_staff_screens(client: Client) -> None:
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response.headers["Content-Type"].startswith("text/plain")
    assert {"Disallow: /admin/", "Disallow: /receipts/"} <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_the_sitemap_lists_public_pages_only(client: Client) -> None:
    shown = department_page()
    hidden = department_page()
    hidden.unpublish()
    xml = client.get("/sitemap-pages.xml").content.decode()
    assert f"{shown.url}</loc>" in xml
    assert hidden.slug not in xml
    assert "/about/</loc>" in xml


def test_every_section_of_the_sitemap_index_answers(client: Client) -> None:
    tree = parse(client.get("/sitemap.xml").content)
    addresses = [node.text() for node in tree.css("loc")]
    assert len(addresses) >= 2
    for address in addresses:
        path = address.split("/", 3)[3]
        assert client.get(f"/{path}").status_code == 200
