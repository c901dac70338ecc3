"""The list of departments and the page of one department."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.home import selectors
from portal.home.models import BasePage, DepartmentPage, SectionPage
from tests.factories.organisations import DepartmentFactory, department_page
from tests.home.markup import parse, problems

pytestmark = pytest.mark.django_db


def publication(page: DepartmentPage, number: int, **kwargs: object) -> SectionPage:
    """A public page below `page`; a plain section stands for what features publish there."""
    child = SectionPage(title=f"文件 {number}", slug=f"document-{number}", body="<p>x</p>", **kwargs)
    page.add_child(instance=child)
    BasePage.objects.filter(pk=child.pk).update(first_published_at=timezone.now() + timedelta(minutes=number))
    return child


def test_every_department_is_listed_and_linked_when_it_has_a_page(client: Client) -> None:
    page = department_page(name="云岭省发展和改革委员会", code="drc")
    DepartmentFactory.create(name="云岭省档案局", code="archives")
    response = client.get("/departments/")
    links = {link.text(): link.attributes["href"] for link in parse(response.content).css("main h2 a")}
    assert links == {"云岭省发展和改革委员会": page.url}
    assert "云岭省档案局" in response.content.decode()
    assert problems(response.content) == []


def test_a_page_that_is_not_public_is_not_linked(client: Client) -> None:
    page = department_page()
    page.unpublish()
    assert parse(client.get("/departments/").content).css("main h2 a") == []


def test_no_departments_yet(client: Client) -> None:
    assert parse(client.get("/departments/").content).css_first(".empty") is not None


def test_the_list_costs_the_same_for_any_number(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(12):
        department_page()
    client.get("/departments/")
    with django_assert_max_num_queries(4):
        client.get("/departments/")


def test_a_department_shows_its_publications_the_newest_first(client: Client) -> None:
    page = department_page(contact_phone="0870-1234567")
    for number in (1, 2, 3):
        publication(page, number)
    response = client.get(page.url)
    titles = [link.text() for link in parse(response.content).css(".item__title a")]
    assert titles == ["文件 3", "文件 2", "文件 1"]
    assert "0870-1234567" in response.content.decode()
    assert problems(response.content) == []


def test_drafts_and_restricted_pages_are_not_shown(client: Client) -> None:
    page = department_page()
    publication(page, 1, live=False)
    restricted = publication(page, 2)
    restricted.view_restrictions.create(restriction_type="login")
    response = client.get(page.url)
    assert response.context["total"] == 0
    assert parse(response.content).css_first(".empty") is not None


def test_long_lists_have_pages(client: Client) -> None:
    page = department_page()
    for number in range(selectors.PUBLICATIONS_PER_PAGE + 1):
        publication(page, number)
    second = client.get(page.url, {"page": 2})
    assert [link.text() for link in parse(second.content).css(".item__title a")] == ["文件 0"]


@pytest.mark.parametrize("page_number", ["0", "-1", "999", "x", "1" * 400, ""])
def test_an_impossible_page_number_gives_the_nearest(client: Client, page_number: str) -> None:
    page = department_page()
    publication(page, 1)
    assert client.get(page.url, {"page": page_number}).status_code == 200


def test_kinds_filter_the_list(client: Client) -> None:
    page = department_page()
    publication(page, 1)
    page.add_child(instance=BasePage(title="别的页面", slug="other"))
    assert {kind.model: kind.count for kind in selectors.publication_kinds(selectors.public_below(page))} == {
        "basepage": 1,
        "sectionpage": 1,
    }
    response = client.get(page.url, {"kind": "sectionpage"})
    assert [link.text() for link in parse(response.content).css(".item__title a")] == ["文件 1"]
    current = parse(response.content).css_first('.page-nav [aria-current="page"]')
    assert current is not None
    assert current.attributes["href"] == "?kind=sectionpage"


def test_an_unknown_kind_shows_everything(client: Client) -> None:
    page = department_page()
    publication(page, 1)
    assert len(client.get(page.url, {"kind": "'; drop table"}).context["page_obj"]) == 1


def test_a_department_page_costs_the_same_for_any_number_of_publications(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = department_page()
    for number in range(15):
        publication(page, number)
    client.get(page.url)
    with django_assert_max_num_queries(14):
        client.get(page.url)
