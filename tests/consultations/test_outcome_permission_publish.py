"""Permission: publish the outcome. Head of the department who decided none of it, after the closing, once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consultations.exceptions import OutcomeBlocked, OutcomeIsFinal
from consultations.models import Outcome
from consultations.outcome_rules import LATE_GRACE
from consultations.outcome_services import publish_outcome
from consultations.services import terminate
from portal.organisations.enums import Role
from portal.organisations.models import RoleAssignment
from tests.factories import outcomes as make
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def crew() -> make.Team:
    return make.team()


@pytest.mark.parametrize("stage", ["announced", "opened"])
def test_head_not_before_the_closing(crew: make.Team, stage: str) -> None:
    page = getattr(make, stage)(crew.department)
    with pytest.raises(OutcomeBlocked, match="尚未截止"):
        publish_outcome(consultation=page, user=crew.head)
    assert not Outcome.objects.published().exists()


def test_head_from_the_moment_no_comment_can_arrive_any_more(crew: make.Team) -> None:
    page = make.closed(crew.department)
    assert page.closes_at is not None
    end = page.closes_at + LATE_GRACE
    for moment, reason in (
        (page.closes_at - SECOND, "尚未截止"),
        (page.closes_at, "00:30起"),
        (end - SECOND, "00:30起"),
    ):
        with pytest.raises(OutcomeBlocked, match=reason):
            publish_outcome(consultation=page, user=crew.head, at=moment)
    assert publish_outcome(consultation=page, user=crew.head, at=end).published_at == end


def test_head_once(crew: make.Team) -> None:
    page = make.published(crew)
    for user in (crew.head, member(Role.HEAD, crew.department)):
        with pytest.raises(OutcomeIsFinal):
            publish_outcome(consultation=page, user=user)


def test_head_not_once_terminated(crew: make.Team) -> None:
    page = make.opened(crew.department)
    terminate(page=page, user=crew.head, reason="上位法即将修改，草案须重新起草。")
    with pytest.raises(OutcomeBlocked, match="终止"):
        publish_outcome(consultation=page, user=crew.head, at=timezone.now() + dt.timedelta(days=90))


@pytest.mark.parametrize("stage", ["announced", "opened", "closed", "published"])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.HEAD])
def test_no_other_role_at_any_stage(crew: make.Team, stage: str, role: Role) -> None:
    page = make.published(crew) if stage == "published" else getattr(make, stage)(crew.department)
    before = Outcome.objects.published().count()
    with pytest.raises(PermissionDenied):
        publish_outcome(consultation=page, user=member(role, crew.department))
    assert Outcome.objects.published().count() == before


def test_no_head_of_another_department_nor_administrator(crew: make.Team) -> None:
    page = make.closed(crew.department)
    for user in (make.team().head, UserFactory.create(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            publish_outcome(consultation=page, user=user)


def test_no_head_whose_term_is_over(crew: make.Team) -> None:
    page = make.closed(crew.department)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    RoleAssignment.objects.filter(user=crew.head).update(valid_until=yesterday)
    with pytest.raises(PermissionDenied):
        publish_outcome(consultation=page, user=crew.head)
