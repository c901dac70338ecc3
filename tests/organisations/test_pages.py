"""Departments as page subtrees: one department cannot touch another's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sites.models import Site as DjangoSite
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.models import GroupPagePermission, Site

from portal.home.models import DepartmentPage, HomePage
from portal.home.services import ensure_department_page, ensure_home_page, point_site_at
from portal.organisations.enums import Role
from portal.organisations.models import User
from tests.factories.organisations import DepartmentFactory, UserFactory, department_page, member

pytestmark = pytest.mark.django_db


def test_the_home_page_is_the_root_of_the_site_and_made_once() -> None:
    home = ensure_home_page()
    assert ensure_home_page() == home
    assert HomePage.objects.count() == 1
    assert Site.objects.get(is_default_site=True).root_page_id == home.pk


def test_a_site_that_lost_its_home_page_gets_it_back() -> None:
    Site.objects.all().delete()
    HomePage.objects.all().delete()
    home = ensure_home_page(title="云岭省政府网")
    site = Site.objects.get(is_default_site=True)
    assert (site.root_page_id, site.site_name, home.title) == (home.pk, "云岭省政府网", "云岭省政府网")


def test_a_department_page_is_made_once_and_is_live() -> None:
    department = DepartmentFactory.create(code="jyt", name="云岭省教育厅")
    page = department_page(department)
    assert department_page(department) == page
    assert (page.slug, page.title, page.live) == ("jyt", "云岭省教育厅", True)
    assert DepartmentPage.objects.count() == 1
    assert GroupPagePermission.objects.filter(page_id=page.pk).count() == 5


def test_a_slug_that_is_taken_is_numbered() -> None:
    home = ensure_home_page()
    taken = DepartmentPage(title="旧页面", slug="jyt", department=DepartmentFactory.create())
    home.add_child(instance=taken)
    page = ensure_department_page(department=DepartmentFactory.create(code="jyt"), home=home)
    assert page.slug == "jyt-2"


@pytest.mark.parametrize(
    ("role", "add", "edit", "publish", "elsewhere"),
    [
        (Role.DRAFTER, True, True, False, False),
        (Role.HEAD, True, True, True, False),
        (Role.OFFICE, False, True, True, True),
        (Role.LEGALITY, False, False, False, False),
        (Role.SECRECY, False, False, False, False),
        (Role.MODERATOR, False, False, False, False),
    ],
)
def test_what_each_role_may_do_with_pages(
    role: Role, add: bool, edit: bool, publish: bool, elsewhere: bool
) -> None:
    own, other = DepartmentFactory.create(), DepartmentFactory.create()
    user = member(role, own)
    page, foreign = department_page(own), department_page(other)

    mine = page.permissions_for_user(user)
    assert (mine.can_add_subpage(), mine.can_edit(), mine.can_publish_subpage()) == (add, edit, publish)
    theirs = foreign.permissions_for_user(user)
    assert not theirs.can_add_subpage()
    assert (theirs.can_edit(), theirs.can_publish()) == (elsewhere, elsewhere)


@pytest.mark.parametrize("role", [Role.DRAFTER, Role.HEAD])
def test_the_admin_refuses_to_open_pages_of_another_department(
    sign_in: Callable[[User], Client], role: Role
) -> None:
    client = sign_in(member(role))
    foreign = department_page()
    response = client.get(f"/admin/pages/{foreign.pk}/edit/")
    assert response.status_code == 302
    assert response.url == "/admin/"


def test_people_without_a_role_do_not_enter_the_admin(sign_in: Callable[[User], Client]) -> None:
    response = sign_in(UserFactory.create()).get("/admin/")
    assert response.status_code == 302
    assert "/admin/login/" in response.url


@pytest.mark.parametrize("path", ["department", "roleassignment"])
def test_only_administrators_edit_departments_and_roles(sign_in: Callable[[User], Client], path: str) -> None:
    address = f"/admin/snippets/organisations/{path}/"
    assert sign_in(UserFactory.create(is_superuser=True)).get(address).status_code == 200
    for role in Role:
        assert sign_in(member(role)).get(address).status_code == 302


def test_an_assignment_made_in_the_admin_gives_the_group(sign_in: Callable[[User], Client]) -> None:
    client = sign_in(UserFactory.create(is_superuser=True))
    user, department = UserFactory.create(), DepartmentFactory.create(code="jyt")
    response = client.post(
        "/admin/snippets/organisations/roleassignment/add/",
        {"user": user.pk, "department": department.pk, "role": "head", "valid_from": "", "valid_until": ""},
    )
    assert response.status_code == 302
    assert user.groups.get().name == "dept:jyt:head"


@pytest.mark.parametrize(
    ("address", "root", "domain"),
    [
        ("https://policy.example.org", "https://policy.example.org", "policy.example.org"),
        ("http://127.0.0.1:8107", "http://127.0.0.1:8107", "127.0.0.1:8107"),
        ("http://policy.example.org/", "http://policy.example.org", "policy.example.org"),
    ],
)
def test_absolute_links_begin_with_the_address_of_the_site(address: str, root: str, domain: str) -> None:
    home = ensure_home_page()
    point_site_at(address)
    point_site_at(address)
    assert Site.objects.get(is_default_site=True).root_url == root
    assert home.get_full_url() == f"{root}/"
    assert DjangoSite.objects.get_current().domain == domain


@pytest.mark.parametrize(
    "address", ["", "policy.example.org", "ftp://policy.example.org", "http://", "javascript:1"]
)
def test_half_an_address_is_refused(address: str) -> None:
    before = Site.objects.get(is_default_site=True).root_url
    with pytest.raises(ValidationError, match="不是完整的网址"):
        point_site_at(address)
    assert Site.objects.get(is_default_site=True).root_url == before
