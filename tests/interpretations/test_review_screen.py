"""The review screen and Wagtail's own dialogs: submit, sign, return, release, withdraw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from interpretations.checklist import current_task_state
from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.models import PolicyDocumentPage, SignOff
from interpretations.rules import SIGNING_ORDER
from portal.organisations.enums import Role
from portal.organisations.models import Department, User
from tests.factories.interpretations import (
    PolicyFactory,
    drafter,
    reviewer,
    sign_in_turn,
    signed_policy,
    submitted_policy,
)
from tests.factories.organisations import DepartmentFactory, UserFactory, member

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], "Client"]
LEGALITY, SECRECY, JOINT, OFFICE = SIGNING_ORDER


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="water")


def review_url(page: PolicyDocumentPage) -> str:
    return reverse("policy_review", args=[page.pk])


def test_submit_from_the_review_screen(sign_in: SignIn, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    client = sign_in(drafter(department))
    assert "一并送审" in client.get(review_url(page)).content.decode()
    html = client.post(reverse("policy_submit", args=[page.pk]), follow=True).content.decode()
    assert "当前环节：合法性审核" in html
    assert "一并送审</button>" not in html


def test_incomplete_bundle_is_refused_with_the_list(sign_in: SignIn, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department, materials=[])
    client = sign_in(drafter(department))
    html = client.post(reverse("policy_submit", args=[page.pk]), follow=True).content.decode()
    assert "尚不能发布或提交：缺少解读材料" in html


def test_whole_review_by_four_people(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department, in_government_name=True)
    for kind in SIGNING_ORDER:
        client = sign_in(reviewer(kind, department))
        assert 'value="sign"' in client.get(review_url(page)).content.decode()
        data = {"kind": kind.value, "decision": "sign", "sign-note": "同意"}
        assert "已签署" in client.post(review_url(page), data, follow=True).content.decode()
    assert PolicyDocumentPage.objects.get(pk=page.pk).live
    assert set(SignOff.objects.values_list("note", flat=True)) == {"同意"}


def test_last_signature_with_a_time(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    sign_in_turn(page, [LEGALITY, SECRECY])
    moment = (timezone.localtime() + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    data = {"kind": "joint", "decision": "sign", "sign-note": "", "sign-go_live_at": moment}
    sign_in(reviewer(JOINT, department)).post(review_url(page), data)
    planned = PolicyDocumentPage.objects.get(pk=page.pk)
    assert not planned.live
    assert planned.scheduled_revision is not None
    assert (
        timezone.localtime(planned.scheduled_revision.approved_go_live_at).strftime("%Y-%m-%dT%H:%M")
        == moment
    )


def test_return_shows_reasons_in_the_timeline(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    data = {
        "kind": "legality",
        "decision": "return",
        "return-reason_codes": [ReturnReason.NO_PLAN, ReturnReason.INCOMPLETE],
        "return-note": "提纲只有一句话。",
    }
    html = sign_in(reviewer(LEGALITY, department)).post(review_url(page), data, follow=True).content.decode()
    assert "未附解读方案、内容不完整" in html and "提纲只有一句话" in html
    assert "<strong>送审前还缺" not in html


@pytest.mark.parametrize("missing", ["return-reason_codes", "return-note"])
def test_return_without_reason_or_note_keeps_the_form_open(
    sign_in: SignIn, department: Department, missing: str
) -> None:
    page = submitted_policy(lead_department=department)
    data = {
        "kind": "legality",
        "decision": "return",
        "return-reason_codes": ["no_plan"],
        "return-note": "缺方案",
    }
    del data[missing]
    response = sign_in(reviewer(LEGALITY, department)).post(review_url(page), data)
    assert response.status_code == 200
    assert '<details class="policy-review__return" open>' in response.content.decode()
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("kind", ["secrecy", "joint", "office"])
def test_another_step_cannot_be_forged(sign_in: SignIn, department: Department, kind: str) -> None:
    page = submitted_policy(lead_department=department)
    client = sign_in(reviewer(LEGALITY, department))
    client.post(review_url(page), {"kind": kind, "decision": "sign"})
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("kind", ["", "king"])
def test_unknown_step_is_refused(sign_in: SignIn, department: Department, kind: str) -> None:
    page = submitted_policy(lead_department=department)
    response = sign_in(reviewer(LEGALITY, department)).post(
        review_url(page), {"kind": kind, "decision": "sign"}
    )
    assert response.status_code == 302
    assert not SignOff.objects.exists()


def test_outsiders_do_not_see_a_bundle(sign_in: SignIn, department: Department) -> None:
    page = PolicyFactory.create(lead_department=department)
    stranger = member(Role.DRAFTER, DepartmentFactory.create(code="other"))
    for url in (review_url(page), reverse("policy_checklist", args=[page.pk])):
        assert sign_in(stranger).get(url)["Location"].startswith("/admin/")
    sign_in(stranger).post(reverse("policy_submit", args=[page.pk]))
    assert not PolicyDocumentPage.objects.get(pk=page.pk).workflow_in_progress


def test_superuser_reads_but_is_offered_no_signature(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    html = (
        sign_in(UserFactory.create(is_superuser=True, is_staff=True)).get(review_url(page)).content.decode()
    )
    assert 'value="sign"' not in html and 'value="return"' not in html


def test_wagtails_dashboard_dialog_signs(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    state = current_task_state(page)
    assert state is not None
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    client = sign_in(reviewer(LEGALITY, department))
    assert client.get(url, headers={"x-requested-with": "XMLHttpRequest"}).status_code == 200
    client.post(url, {"note": "同意"})
    assert SignOff.objects.get().decision == SignOffDecision.SIGNED


def test_wagtails_dashboard_dialog_returns_only_with_reasons(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    state = current_task_state(page)
    assert state is not None
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", state.pk])
    client = sign_in(reviewer(LEGALITY, department))
    form = client.get(url, headers={"x-requested-with": "XMLHttpRequest"}).json()["html"]
    assert form.count('name="reason_codes"') == len(ReturnReason)
    client.post(url, {"note": "缺少材料"}, headers={"x-requested-with": "XMLHttpRequest"})
    assert not SignOff.objects.exists()
    client.post(url, {"note": "缺少材料", "reason_codes": ["no_material"]})
    assert SignOff.objects.get().reason_codes == ["no_material"]


def test_dialog_answers_a_refusal_with_a_way_back(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    draft = page.get_latest_revision().as_object()
    draft.body = ""
    draft.save_revision()
    state = current_task_state(page)
    assert state is not None
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    client = sign_in(reviewer(LEGALITY, department))
    response = client.post(url, {"note": ""}, headers={"x-requested-with": "XMLHttpRequest"})
    assert response.json()["step"] == "success"
    assert "缺少正文" in client.get(response.json()["redirect"]).content.decode()


def test_reviewer_sees_the_bundle_on_the_dashboard(sign_in: SignIn, department: Department) -> None:
    page = submitted_policy(lead_department=department)
    assert page.title in sign_in(reviewer(LEGALITY, department)).get("/admin/").content.decode()
    assert page.title not in sign_in(reviewer(SECRECY, department)).get("/admin/").content.decode()


def test_withdrawal_asks_for_the_explanation(sign_in: SignIn, department: Department) -> None:
    page = signed_policy(lead_department=department)
    client = sign_in(reviewer(JOINT, department))
    response = client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    url = reverse("policy_withdraw", args=[page.pk])
    assert response["Location"] == url
    assert client.post(url, {"explanation": ""}).status_code == 200
    assert PolicyDocumentPage.objects.get(pk=page.pk).live
    client.post(url, {"explanation": "与新规定不一致。"})
    withdrawn = PolicyDocumentPage.objects.get(pk=page.pk)
    assert not withdrawn.live and withdrawn.withdrawal_explanation == "与新规定不一致。"
    html = client.get(review_url(page)).content.decode()
    assert "同步发布文件与解读" in html
    client.post(reverse("policy_release", args=[page.pk]), {"go_live_at": ""})
    assert PolicyDocumentPage.objects.get(pk=page.pk).live


def test_bulk_unpublishing_leaves_policies_alone(sign_in: SignIn, department: Department) -> None:
    page = signed_policy(lead_department=department)
    url = (
        reverse("wagtail_bulk_action", args=["home", "basepage", "unpublish"])
        + f"?id={page.pk}&next=/admin/pages/"
    )
    html = sign_in(reviewer(JOINT, department)).post(url, {}, follow=True).content.decode()
    assert "须逐份写明说明" in html
    assert PolicyDocumentPage.objects.get(pk=page.pk).live


def test_release_at_an_unreadable_time(sign_in: SignIn, department: Department) -> None:
    page = signed_policy(lead_department=department)
    client = sign_in(reviewer(JOINT, department))
    url = reverse("policy_release", args=[page.pk])
    assert "无法识别" in client.post(url, {"go_live_at": "明天"}, follow=True).content.decode()
    assert "晚于现在" in client.post(url, {"go_live_at": "2020-01-01T00:00"}, follow=True).content.decode()


@pytest.mark.parametrize("kind", [LEGALITY, SECRECY, OFFICE])
def test_signing_kinds_have_their_own_form(
    kind: SignOffKind, sign_in: SignIn, department: Department
) -> None:
    page = submitted_policy(lead_department=department, in_government_name=True)
    sign_in_turn(page, SIGNING_ORDER[: SIGNING_ORDER.index(kind)])
    html = sign_in(reviewer(kind, department)).get(review_url(page)).content.decode()
    assert ('name="sign-go_live_at"' in html) is (kind == OFFICE)
