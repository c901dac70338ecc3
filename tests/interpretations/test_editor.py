"""The editor in the admin, with the form data Wagtail's own page sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from interpretations.enums import Point, SignOffKind, StepCode
from interpretations.models import PolicyDocumentPage
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from tests.factories.interpretations import PolicyFactory, drafter, reviewer, submitted_policy
from tests.factories.organisations import DepartmentFactory, department_page, member
from tests.interpretations.browser_form import rendered_data

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], "Client"]


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="water")


def add_url(department: Department) -> str:
    page = department_page(department)
    return reverse("wagtailadmin_pages:add", args=["interpretations", "policydocumentpage", page.pk])


def form_data(**fields: Any) -> dict[str, Any]:
    """What the editor posts for a page with prefilled points and steps and nothing else."""
    data = {
        "title": "云岭省河道管理办法",
        "slug": "",
        "doc_type": "规范性文件",
        "disclosure_attribute": "proactive",
        "co_issuers": inline_formset([]),
        "materials": inline_formset([]),
        "points": inline_formset([{"point": point.value} for point in Point], initial=0),
        "steps": inline_formset([{"step": step.value} for step in StepCode], initial=0),
        "comments": inline_formset([]),
    }
    return nested_form_data({**data, **fields})


def saved() -> PolicyDocumentPage:
    page: PolicyDocumentPage = PolicyDocumentPage.objects.get()
    return page


def test_new_page_has_a_row_for_every_point_and_step(sign_in: SignIn, department: Department) -> None:
    response = sign_in(drafter(department)).get(add_url(department))
    html = response.content.decode()
    assert response.status_code == 200
    assert f'name="points-TOTAL_FORMS" value="{len(Point)}"' in html
    assert f'name="steps-TOTAL_FORMS" value="{len(StepCode)}"' in html
    assert "发布前检查" in html
    for heading in ("文件信息", "正文条款", "解读方案", "八个要点", "解读材料", "法定程序", "公开与审查"):
        assert heading in html


def test_a_draft_needs_only_a_title(sign_in: SignIn, department: Department) -> None:
    response = sign_in(drafter(department)).post(add_url(department), form_data())
    page = saved()
    assert response.status_code == 302
    assert not page.live
    assert page.slug == "云岭省河道管理办法"
    assert page.points.count() == len(Point)
    assert page.steps.count() == len(StepCode)


@pytest.mark.parametrize(
    ("title", "slug"), [("《》！？", "policy"), ("河道", "河道"), ("River rules", "river-rules")]
)
def test_slug_is_made_from_any_title(sign_in: SignIn, department: Department, title: str, slug: str) -> None:
    sign_in(drafter(department)).post(add_url(department), form_data(title=title))
    assert saved().slug == slug


def test_slug_used_in_another_department_gets_a_number(sign_in: SignIn, department: Department) -> None:
    PolicyFactory.create(slug="河道")
    sign_in(drafter(department)).post(add_url(department), form_data(title="河道"))
    assert PolicyDocumentPage.objects.filter(slug="河道-2").exists()


def test_slug_of_another_policy_is_refused(sign_in: SignIn, department: Department) -> None:
    PolicyFactory.create(slug="河道")
    response = sign_in(drafter(department)).post(add_url(department), form_data(slug="河道"))
    assert "这一网址已被另一政策文件使用" in response.content.decode()


def test_publishing_a_new_page_saves_a_draft_and_says_what_is_missing(
    sign_in: SignIn, department: Department
) -> None:
    client = sign_in(reviewer_head(department))
    response = client.post(add_url(department), form_data(**{"action-publish": "1"}), follow=True)
    html = response.content.decode()
    assert not saved().live
    assert "缺少正文" in html and "缺少解读材料" in html


def reviewer_head(department: Department) -> User:
    return member(Role.HEAD, department)


def test_checklist_links_to_fields_and_follows_the_save(sign_in: SignIn, department: Department) -> None:
    client = sign_in(drafter(department))
    client.post(add_url(department), form_data())
    edit = reverse("wagtailadmin_pages:edit", args=[saved().pk])
    assert 'href="#id_body"' in client.get(edit).content.decode()
    data = form_data(
        slug="rivers",
        body="第一条 河道由水利部门管理。",
        points=inline_formset(
            [{"point": row.point, "id": row.pk} for row in saved().points.all()], initial=len(Point)
        ),
        steps=inline_formset(
            [{"step": row.step, "id": row.pk} for row in saved().steps.all()], initial=len(StepCode)
        ),
    )
    assert client.post(edit, data).status_code == 302
    html = client.get(edit).content.decode()
    assert 'href="#id_body"' not in html
    assert 'href="#id_adopted_on"' in html
    assert "<code>a1</code>" in html
    fragment = client.get(reverse("policy_checklist", args=[saved().pk])).content.decode()
    assert 'href="#id_adopted_on"' in fragment and "<html" not in fragment


def test_editor_offers_no_publish_button_that_would_be_refused(
    sign_in: SignIn, department: Department
) -> None:
    page = PolicyFactory.create(lead_department=department)
    html = (
        sign_in(reviewer_head(department))
        .get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        .content.decode()
    )
    assert 'name="action-publish"' not in html
    assert 'name="action-submit"' in html


def test_nobody_edits_a_bundle_under_review(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    client = sign_in(drafter(department))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    before = page.latest_revision_id
    assert "正在“合法性审核”环节审签" in client.get(edit).content.decode()
    client.post(edit, form_data(title="改一改", slug=page.slug))
    page.refresh_from_db()
    assert page.latest_revision_id == before


def test_submitting_in_the_editor_starts_the_review(sign_in: SignIn, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    client = sign_in(drafter(department))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = client.post(edit, {**rendered_data(client, edit), "action-submit": "1"}, follow=True)
    assert response.status_code == 200
    assert PolicyDocumentPage.objects.get().workflow_in_progress


def test_submitting_an_incomplete_bundle_is_refused_with_the_list(
    sign_in: SignIn, department: Department
) -> None:
    page = PolicyFactory.create(lead_department=department, materials=[])
    client = sign_in(drafter(department))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = client.post(edit, {**rendered_data(client, edit), "action-submit": "1"}, follow=True)
    assert response.status_code == 200
    assert "缺少解读材料" in response.content.decode()
    assert not PolicyDocumentPage.objects.get().workflow_in_progress


def test_preview_shows_the_public_page(sign_in: SignIn, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    client = sign_in(drafter(department))
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert client.post(preview, rendered_data(client, edit)).json()["is_valid"]
    html = client.get(preview).content.decode()
    assert 'id="a3"' in html and "一图读懂意见去向" in html


def test_view_draft(sign_in: SignIn, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    response = sign_in(drafter(department)).get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert response.status_code == 200
    assert "一图读懂意见去向" in response.content.decode()


def test_reviewer_of_another_kind_cannot_open_the_editor_of_a_draft(
    sign_in: SignIn, department: Department
) -> None:
    page = PolicyFactory.create(lead_department=department)
    client = sign_in(reviewer(SignOffKind.SECRECY, department))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 302
