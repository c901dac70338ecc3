"""The editing screens: drafter prepares and submits, head opens, extends, terminates; refusals are said politely."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.clock import end_of, start_of
from consultations.editor import period_hint
from consultations.exceptions import ConsultationLocked
from consultations.models import ConsultationPage, OpeningTask
from consultations.workflow import ensure_opening_workflow, opening_workflow
from portal.organisations.models import Department
from tests.factories.consultations import DRAFT, ConsultationFactory, drafter_of, head_of
from tests.factories.organisations import DepartmentFactory, department_page

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DATA = {
    "title": "夜市管理办法（征求意见稿）",
    "slug": "night-market",
    "kind": "normative",
    "summary": "",
    "draft_body": DRAFT,
    "drafting_note": "",
    "decision_basis": "有关规定",
    "first_day": str(TODAY),
    "last_day": str(TODAY + dt.timedelta(days=40)),
    "shortened_reason": "",
    "contact": "",
    "policy": "",
}


@pytest.fixture
def department() -> Department:
    found: Department = DepartmentFactory.create()
    return found


def _edit(page: ConsultationPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _create(client: Client, department: Department) -> ConsultationPage:
    parent = department_page(department)
    client.force_login(drafter_of(department))
    client.post(
        reverse("wagtailadmin_pages:add", args=["consultations", "consultationpage", parent.pk]), DATA
    )
    page: ConsultationPage = ConsultationPage.objects.get()
    return page


def test_from_the_draft_to_the_opening(client: Client, department: Department) -> None:
    page = _create(client, department)
    assert (page.opens_at, page.closes_at) == (start_of(TODAY), end_of(TODAY + dt.timedelta(days=40)))
    assert page.department == department
    html = client.get(_edit(page)).content.decode()
    assert "没有起草说明" in html
    assert "最早可于" in html
    client.post(_edit(page), {**DATA, "drafting_note": "说明", "action-submit": "1"})
    task_state = ConsultationPage.objects.get().current_workflow_task_state
    assert task_state is not None
    client.force_login(head_of(department))
    assert "审定并公开征求意见" in client.get(_edit(page)).content.decode()
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task_state.pk]),
        {"comment": ""},
    )
    page = ConsultationPage.objects.get()
    assert page.is_open()
    assert page.clauses.count() == 10
    assert client.get(page.public_path).status_code == 200


def test_a_draft_changed_after_submission_opens_as_the_head_sees_it(
    client: Client, department: Department
) -> None:
    page = _create(client, department)
    client.post(_edit(page), {**DATA, "drafting_note": "说明", "action-submit": "1"})
    client.post(_edit(page), {**DATA, "drafting_note": "改过的说明"})
    state = ConsultationPage.objects.get().current_workflow_task_state
    client.force_login(head_of(department))
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]), {"comment": ""}
    )
    assert ConsultationPage.objects.get().drafting_note == "改过的说明"
    assert ConsultationPage.objects.get().is_open()


def test_while_something_is_missing_the_head_can_only_send_it_back(
    client: Client, department: Department
) -> None:
    page = _create(client, department)
    client.post(_edit(page), {**DATA, "action-submit": "1"})
    client.force_login(head_of(department))
    html = client.get(_edit(page)).content.decode()
    assert "退回修改" in html
    assert "审定并公开征求意见" not in html
    state = ConsultationPage.objects.get().current_workflow_task_state
    client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", state.pk]),
        {"comment": "补说明"},
    )
    assert ConsultationPage.objects.get().current_workflow_state.status == "needs_changes"


@pytest.mark.parametrize("who", ["drafter", "superuser"])
def test_who_is_not_the_head_cannot_publish(client: Client, department: Department, who: str) -> None:
    page = _create(client, department)
    if who == "superuser":
        user = drafter_of(department)
        user.is_superuser = True
        user.save()
    response = client.post(_edit(page), {**DATA, "drafting_note": "说明", "action-publish": "1"}, follow=True)
    assert not ConsultationPage.objects.get().live
    assert who == "drafter" or "只有起草部门负责人" in response.content.decode()


def test_another_department_s_drafter_cannot_edit(client: Client, department: Department) -> None:
    page = _create(client, department)
    client.force_login(drafter_of(DepartmentFactory.create()))
    client.post(_edit(page), {**DATA, "title": "改掉"})
    assert ConsultationPage.objects.get().draft_title == DATA["title"]


def test_an_open_one_shows_what_is_fixed_and_keeps_it(client: Client) -> None:
    page = ConsultationFactory.create()
    client.force_login(head_of(page.department))
    html = client.get(_edit(page)).content.decode()
    assert "征求意见已经开始" in html
    assert reverse("consultation_extend", args=[page.pk]) in html
    changes = {**DATA, "title": page.title, "draft_body": "换了", "summary": "更正", "action-publish": "1"}
    client.post(_edit(page), changes)
    fresh = ConsultationPage.objects.get(pk=page.pk)
    assert (fresh.draft_body, fresh.slug, fresh.summary) == (page.draft_body, page.slug, "更正")


def test_the_last_day_before_the_first_is_said_at_the_field(client: Client, department: Department) -> None:
    page = _create(client, department)
    html = client.post(_edit(page), {**DATA, "last_day": str(TODAY - dt.timedelta(days=1))}).content.decode()
    assert "截止日期早于开始日期" in html


@pytest.mark.parametrize("view", ["unpublish", "delete"])
@pytest.mark.parametrize("target", ["page", "parent"])
def test_taking_it_away_is_refused_politely(client: Client, view: str, target: str) -> None:
    page = ConsultationFactory.create()
    user = head_of(page.department)
    user.is_superuser = True
    user.save()
    client.force_login(user)
    pk = page.pk if target == "page" else page.get_parent().pk
    url = reverse(f"wagtailadmin_pages:{view}", args=[pk])
    response = client.post(url, {"include_descendants": "on"}, follow=True)
    assert "不能下线或删除" in response.content.decode()
    assert ConsultationPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("action", ["unpublish", "delete"])
def test_in_bulk_too(client: Client, action: str) -> None:
    page = ConsultationFactory.create()
    client.force_login(head_of(page.department))
    url = reverse("wagtail_bulk_action", args=["home", "basepage", action]) + f"?id={page.pk}"
    response = client.post(url, {"next": "/admin/"}, follow=True)
    assert "不能下线或删除" in response.content.decode()
    assert ConsultationPage.objects.get(pk=page.pk).live


def test_the_head_extends_and_terminates_on_screens_of_their_own(client: Client) -> None:
    page = ConsultationFactory.create()
    later = page.last_day + dt.timedelta(days=5)
    extend_url = reverse("consultation_extend", args=[page.pk])
    terminate_url = reverse("consultation_terminate", args=[page.pk])
    client.force_login(head_of(page.department))
    assert "新的截止日期" in client.get(extend_url).content.decode()
    refused = client.post(extend_url, {"last_day": str(page.last_day), "reason": "理由"}).content.decode()
    assert "必须晚于" in refused
    assert client.post(extend_url, {"last_day": str(later), "reason": "多地要求"}).status_code == 302
    assert ConsultationPage.objects.get(pk=page.pk).last_day == later
    assert client.get(terminate_url).status_code == 200
    client.post(terminate_url, {"reason": "上位法已经修改"})
    assert ConsultationPage.objects.get(pk=page.pk).state() == "terminated"
    history = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    assert "延长了征求意见期限" in history
    assert "终止了征求意见" in history


@pytest.mark.parametrize("name", ["consultation_extend", "consultation_terminate"])
def test_a_drafter_has_no_such_screen(client: Client, name: str) -> None:
    page = ConsultationFactory.create()
    client.force_login(drafter_of(page.department))
    client.post(reverse(name, args=[page.pk]), {"last_day": "2099-01-01", "reason": "理由"})
    fresh = ConsultationPage.objects.get(pk=page.pk)
    assert (fresh.last_day, fresh.terminated_at) == (page.last_day, None)
    assert reverse(name, args=[page.pk]) not in client.get(_edit(page)).content.decode()


def test_the_preview_shows_the_clauses_before_they_are_frozen(client: Client, department: Department) -> None:
    page = _create(client, department)
    html = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    assert re.search(r'id="a3-i1"', html)
    assert "对本条提意见" not in html


def test_the_hint_follows_kind_and_first_day() -> None:
    assert "填写开始日期" in period_hint("normative", None)
    assert "7 工作日" in period_hint("normative", dt.date(2026, 9, 29))
    assert "30 日" in period_hint("rule", dt.date(2026, 9, 29))
    assert "暂计" in period_hint("normative", dt.date(2040, 9, 29))
    assert period_hint("rule", dt.date(1990, 1, 1)) == ""


def test_there_is_one_workflow_and_switching_it_off_is_respected() -> None:
    ensure_opening_workflow()
    assert OpeningTask.objects.count() == 1
    workflow: Any = opening_workflow()
    workflow.deactivate()
    ensure_opening_workflow()
    assert opening_workflow() is None


def test_an_open_one_is_not_moved_to_another_department(client: Client) -> None:
    page = ConsultationFactory.create()
    elsewhere = department_page(DepartmentFactory.create())
    user = head_of(page.department)
    user.is_superuser = True
    user.save()
    client.force_login(user)
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, elsewhere.pk])
    assert "不能移到其他部门" in client.post(url, follow=True).content.decode()
    with pytest.raises(ConsultationLocked, match="不能移到其他部门"):
        page.move(elsewhere, pos="last-child")
    bulk = reverse("wagtail_bulk_action", args=["home", "basepage", "move"]) + f"?id={page.pk}"
    response = client.post(bulk, {"chooser": str(elsewhere.pk), "next": "/admin/"}, follow=True)
    assert "不能移到其他部门" in response.content.decode()
    with pytest.raises(ConsultationLocked):
        page.basepage_ptr.move(elsewhere, pos="last-child")
    assert ConsultationPage.objects.get(pk=page.pk).get_parent().pk != elsewhere.pk


def test_a_copy_starts_as_a_draft(client: Client) -> None:
    page = ConsultationFactory.create()
    client.force_login(head_of(page.department))
    data = {"new_title": "副本", "new_slug": "copy", "new_parent_page": str(page.get_parent().pk)}
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    refused = client.post(url, {**data, "publish_copies": "on"}, follow=True)
    assert "只能先存为草稿" in refused.content.decode()
    assert ConsultationPage.objects.count() == 1
    client.post(url, data)
    copy = ConsultationPage.objects.get(slug="copy")
    assert not copy.live
    assert (copy.clauses.count(), copy.extended_from, copy.terminated_at) == (0, None, None)
