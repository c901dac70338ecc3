"""Permission: link the final policy. Drafter or head of the department; after publication it can only be filled in."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.exceptions import OutcomeIsFinal
from consultations.outcome_services import link_final_policy, publish_outcome
from portal.organisations.enums import Role
from tests.factories import outcomes as make
from tests.factories.interpretations import PolicyFactory
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew() -> make.Team:
    return make.team()


@pytest.mark.parametrize("stage", ["announced", "opened", "closed"])
def test_drafter_and_head_may_change_it_before_publication(crew: make.Team, stage: str) -> None:
    page = getattr(make, stage)(crew.department)
    first, second = (PolicyFactory.create(lead_department=crew.department) for _ in range(2))
    assert link_final_policy(consultation=page, user=crew.drafter, policy=first).final_policy == first
    assert link_final_policy(consultation=page, user=crew.head, policy=second).final_policy == second
    assert link_final_policy(consultation=page, user=crew.drafter, policy=None).final_policy is None


def test_after_publication_it_is_filled_in_once(crew: make.Team) -> None:
    page = make.published(crew)
    first, second = (PolicyFactory.create(lead_department=crew.department) for _ in range(2))
    link_final_policy(consultation=page, user=crew.drafter, policy=first)
    for policy in (second, None):
        with pytest.raises(OutcomeIsFinal):
            link_final_policy(consultation=page, user=crew.head, policy=policy)
    page.outcome.refresh_from_db()
    assert page.outcome.final_policy == first


def test_publication_takes_over_the_policy_of_the_page(crew: make.Team) -> None:
    policy = PolicyFactory.create(lead_department=crew.department)
    page = make.closed(crew.department, policy=policy)
    assert publish_outcome(consultation=page, user=crew.head).final_policy == policy


def test_only_a_policy_of_the_same_department(crew: make.Team) -> None:
    page = make.closed(crew.department)
    with pytest.raises(ValidationError, match="本部门"):
        link_final_policy(consultation=page, user=crew.drafter, policy=PolicyFactory.create())


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DRAFTER, Role.HEAD)])
def test_no_other_role(crew: make.Team, role: Role) -> None:
    page = make.closed(crew.department)
    policy = PolicyFactory.create(lead_department=crew.department)
    with pytest.raises(PermissionDenied):
        link_final_policy(consultation=page, user=member(role, crew.department), policy=policy)


def test_nobody_from_elsewhere(crew: make.Team) -> None:
    page = make.closed(crew.department)
    other = make.team()
    for user in (other.drafter, other.head, UserFactory.create(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            link_final_policy(consultation=page, user=user, policy=None)
