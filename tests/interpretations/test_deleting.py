"""What the public has read is withdrawn with an explanation, never deleted; drafts may go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from interpretations import services
from interpretations.enums import SignOffKind
from interpretations.models import PolicyDocumentPage
from portal.organisations.models import Department, User
from tests.factories.interpretations import PolicyFactory, reviewer, signed_policy
from tests.factories.organisations import DepartmentFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], "Client"]
REFUSED = "公开发布过的文件不能删除"


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="water")


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    return sign_in(UserFactory.create(is_superuser=True))


def bulk_delete(client: Client, *ids: int) -> str:
    url = reverse("wagtail_bulk_action", args=["home", "basepage", "delete"])
    query = "&".join(f"id={pk}" for pk in ids)
    return client.post(f"{url}?{query}&next=/admin/pages/", {}, follow=True).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_released_policy_is_not_deleted(
    sign_in: SignIn, department: Department, method: str, withdrawn: bool
) -> None:
    page = signed_policy(lead_department=department)
    head = reviewer(SignOffKind.JOINT, department)
    if withdrawn:
        services.withdraw(page=page, user=head, explanation="与新规定不一致。")
    url = reverse("wagtailadmin_pages:delete", args=[page.pk])
    html = getattr(sign_in(head), method)(url, follow=True).content.decode()
    assert REFUSED in html
    assert PolicyDocumentPage.objects.filter(pk=page.pk).exists()


def test_not_by_deleting_the_department_above_it(admin: Client, department: Department) -> None:
    page = signed_policy(lead_department=department)
    url = reverse("wagtailadmin_pages:delete", args=[page.get_parent().pk])
    assert f"《{page.title}》：{REFUSED}" in admin.post(url, follow=True).content.decode()
    assert PolicyDocumentPage.objects.filter(pk=page.pk).exists()


def test_in_bulk_the_drafts_go_and_the_released_stay(admin: Client, department: Department) -> None:
    released = signed_policy(lead_department=department)
    draft = PolicyFactory.create(lead_department=department)
    html = bulk_delete(admin, released.pk, draft.pk)
    assert f"《{released.title}》：{REFUSED}" in html
    assert list(PolicyDocumentPage.objects.values_list("pk", flat=True)) == [released.pk]


def test_nothing_but_released_ones_selected(admin: Client, department: Department) -> None:
    page = signed_policy(lead_department=department)
    assert REFUSED in bulk_delete(admin, page.pk, page.get_parent().pk)
    assert PolicyDocumentPage.objects.filter(pk=page.pk).exists()


def test_a_draft_is_deleted(admin: Client, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    html = admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True).content.decode()
    assert REFUSED not in html
    assert not PolicyDocumentPage.objects.filter(pk=page.pk).exists()
