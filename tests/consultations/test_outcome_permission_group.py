"""Permission: group comments into themes and write the introduction. Drafter of the department, from opening to publication."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.exceptions import OutcomeIsFinal
from consultations.models import ConsultationPage
from consultations.outcome_services import (
    assign_comments,
    create_theme,
    delete_theme,
    merge_themes,
    rename_theme,
    reorder_themes,
    save_introduction,
    unassign_comments,
)
from portal.organisations.enums import Role
from tests.factories import outcomes as make
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db

STAGES = ("announced", "opened", "closed", "published")


@pytest.fixture
def crew() -> make.Team:
    return make.team()


def at_stage(stage: str, crew: make.Team) -> ConsultationPage:
    if stage == "published":
        return make.published(crew)
    page: ConsultationPage = getattr(make, stage)(crew.department)
    return page


@pytest.mark.parametrize("stage", STAGES)
def test_drafter_of_the_department(crew: make.Team, stage: str) -> None:
    page = at_stage(stage, crew)
    if stage == "announced":
        with pytest.raises(ValidationError, match="尚未开始"):
            create_theme(consultation=page, user=crew.drafter, title="期限")
    elif stage == "published":
        with pytest.raises(OutcomeIsFinal):
            create_theme(consultation=page, user=crew.drafter, title="期限")
    else:
        assert create_theme(consultation=page, user=crew.drafter, title="期限").pk


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.DRAFTER])
def test_no_other_role(crew: make.Team, stage: str, role: Role) -> None:
    page = at_stage(stage, crew)
    with pytest.raises(PermissionDenied):
        create_theme(consultation=page, user=member(role, crew.department), title="期限")


@pytest.mark.parametrize("stage", STAGES)
def test_no_drafter_of_another_department_nor_administrator(crew: make.Team, stage: str) -> None:
    page = at_stage(stage, crew)
    inactive = member(Role.DRAFTER, crew.department, is_active=False)
    for user in (
        make.team().drafter,
        UserFactory.create(is_superuser=True),
        UserFactory.create(),
        inactive,
        AnonymousUser(),
    ):
        with pytest.raises(PermissionDenied):
            create_theme(consultation=page, user=user, title="期限")  # type: ignore[arg-type]


def test_every_grouping_action_asks(crew: make.Team) -> None:
    page = make.closed(crew.department)
    items = make.comments(page, 2)
    theme, other = (make.theme_with(page, crew.drafter, [item]) for item in items)
    ids = [item.pk for item in items]
    calls = (
        lambda user: rename_theme(theme=theme, user=user, title="新名称"),
        lambda user: reorder_themes(consultation=page, user=user, theme_ids=[other.pk, theme.pk]),
        lambda user: assign_comments(theme=theme, comment_ids=ids, user=user),
        lambda user: unassign_comments(consultation=page, comment_ids=ids, user=user),
        lambda user: save_introduction(consultation=page, user=user, introduction="总体情况"),
        lambda user: merge_themes(source=other, target=theme, user=user),
        lambda user: delete_theme(theme=theme, user=user),
    )
    for call in calls:
        for user in (crew.head, make.team().drafter):
            with pytest.raises(PermissionDenied):
                call(user)
    for call in calls:
        call(crew.drafter)
    assert not page.themes.exists()
