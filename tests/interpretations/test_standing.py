"""Which policies wait for something: what is public and unchanged, planned, under review or withdrawn does not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from interpretations import services
from interpretations.models import PolicyDocumentPage
from interpretations.rules import SIGNING_ORDER
from interpretations.scheduling import hold_back
from interpretations.standing import held_back, unreleased
from interpretations.todo import to_release
from portal.organisations.duties import duties_of
from portal.organisations.models import Department
from tests.factories.consultations import head_of
from tests.factories.interpretations import PolicyFactory, sign_in_turn, signed_policy, submitted_policy
from tests.factories.organisations import DepartmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create(code="water")


def fresh(page: PolicyDocumentPage) -> PolicyDocumentPage:
    return PolicyDocumentPage.objects.get(pk=page.pk)


def waiting() -> list[int]:
    return [standing.page.pk for standing in unreleased()]


def test_a_public_policy_waits_for_nothing(department: Department) -> None:
    assert fresh(signed_policy(lead_department=department)).live
    assert waiting() == []


def test_a_newer_draft_of_a_public_policy_waits_unsigned(department: Department) -> None:
    page = fresh(signed_policy(lead_department=department))
    page.summary = "改了一句话。"
    page.save_revision(clean=False)
    (standing,) = unreleased()
    assert (standing.page.pk, standing.signed, standing.returned) == (page.pk, False, None)


def test_a_planned_release_waits_for_nothing(department: Department) -> None:
    signed_policy(lead_department=department, go_live_at=timezone.now() + dt.timedelta(days=3))
    assert waiting() == []


def test_a_policy_under_review_waits_at_its_reviewers_only(department: Department) -> None:
    page = submitted_policy(lead_department=department)
    assert waiting() == []
    sign_in_turn(page, SIGNING_ORDER[:1])
    assert waiting() == []


def test_a_withdrawn_policy_waits_again_with_a_newer_draft(department: Department) -> None:
    page = fresh(signed_policy(lead_department=department))
    services.withdraw(page=page, user=head_of(department), explanation="依据已废止。")
    assert waiting() == []
    assert to_release(duties_of(head_of(department)), timezone.now()) == []
    page = fresh(page)
    page.summary = "重新起草。"
    page.save_revision(clean=False)
    assert waiting() == [page.pk]


def test_drafts_of_the_departments_asked_for(department: Department) -> None:
    ours = PolicyFactory.create(lead_department=department)
    theirs = PolicyFactory.create(lead_department=DepartmentFactory.create())
    assert [standing.page.pk for standing in unreleased([department.pk])] == [ours.pk]
    assert [standing.page.pk for standing in unreleased([])] == []
    assert waiting() == [theirs.pk, ours.pk]


def test_a_release_held_back_waits_until_it_is_planned_again(department: Department) -> None:
    page = signed_policy(lead_department=department, go_live_at=timezone.now() + dt.timedelta(days=3))
    revision = fresh(page).scheduled_revision
    assert revision is not None
    hold_back(revision, ValueError("缺少解读材料"))
    hold_back(revision, ValueError("缺少签字"))
    (last,) = held_back()
    assert (last.page.pk, last.reason) == (page.pk, "缺少签字")
    revision.approved_go_live_at = timezone.now() + dt.timedelta(days=1)
    revision.save(update_fields=["approved_go_live_at"])
    assert held_back() == []
