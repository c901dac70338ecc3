"""One department cannot edit another's policies, nor put its own under another's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from interpretations.gate import content_obstacles
from interpretations.models import PolicyDocumentPage
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from tests.factories.interpretations import PolicyFactory
from tests.factories.organisations import DepartmentFactory, department_page, member

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], "Client"]


@pytest.fixture
def own() -> Department:
    return DepartmentFactory.create(code="own")


@pytest.fixture
def other() -> Department:
    return DepartmentFactory.create(code="other")


ROLES = (Role.DRAFTER, Role.HEAD)


@pytest.mark.parametrize("role", ROLES)
def test_edit_add_copy_delete_only_in_the_own_subtree(
    sign_in: SignIn, own: Department, other: Department, role: Role
) -> None:
    mine, theirs = PolicyFactory.create(lead_department=own), PolicyFactory.create(lead_department=other)
    client = sign_in(member(role, own))
    for name in ("edit", "copy", "delete"):
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[mine.pk])).status_code == 200
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=[theirs.pk])).status_code == 302
    for department, status in ((own, 200), (other, 302)):
        url = reverse(
            "wagtailadmin_pages:add",
            args=["interpretations", "policydocumentpage", department_page(department).pk],
        )
        assert client.get(url).status_code == status


@pytest.mark.parametrize("role", [Role.LEGALITY, Role.SECRECY, Role.MODERATOR])
def test_reviewers_edit_nothing(sign_in: SignIn, own: Department, role: Role) -> None:
    page = PolicyFactory.create(lead_department=own)
    client = sign_in(member(role, own))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 302


def test_lead_department_must_be_the_one_whose_subtree_it_is(own: Department, other: Department) -> None:
    page = PolicyFactory.create(lead_department=own)
    page.lead_department = other
    assert "lead_department_elsewhere" in {obstacle.code for obstacle in content_obstacles(page)}


def test_a_copy_is_a_draft_with_its_own_address_and_no_signatures(sign_in: SignIn, own: Department) -> None:
    page = PolicyFactory.create(lead_department=own, slug="rivers")
    client = sign_in(member(Role.HEAD, own))
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    html = client.get(url).content.decode()
    assert 'value="rivers-2"' in html
    assert 'name="alias"' not in html and 'name="publish_copies"' not in html
    parent = page.get_parent().pk
    taken = client.post(url, {"new_title": "副本", "new_slug": "rivers", "new_parent_page": parent})
    assert "这一网址已被另一政策文件使用" in taken.content.decode()
    client.post(
        url, {"new_title": "副本", "new_slug": "rivers-2", "new_parent_page": parent, "publish_copies": "on"}
    )
    copy = PolicyDocumentPage.objects.get(slug="rivers-2")
    assert not copy.live and not copy.sign_offs.exists()
    assert copy.materials.count() == 1


def test_a_copy_made_by_a_script_gets_a_free_address(own: Department) -> None:
    page = PolicyFactory.create(lead_department=own, slug="rivers")
    section = department_page(DepartmentFactory.create(code="third"))
    copy = page.copy(to=section, keep_live=False)
    assert copy.slug == "rivers-2" and not copy.live
