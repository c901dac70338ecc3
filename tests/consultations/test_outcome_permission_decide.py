"""Permission: decide a theme or a comment, and take a decision back. Drafter of the department, from closing to publication."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.exceptions import OutcomeIsFinal
from consultations.models import Disposition
from consultations.outcome_services import clear_decision, decide_comment, decide_theme
from consultations.services import terminate
from portal.organisations.enums import Role
from tests.factories import outcomes as make
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew() -> make.Team:
    return make.team()


@pytest.mark.parametrize("stage", ["announced", "opened"])
def test_not_before_the_closing(crew: make.Team, stage: str) -> None:
    page = getattr(make, stage)(crew.department)
    item = make.comment(page)
    with pytest.raises(ValidationError, match="尚未"):
        decide_comment(comment=item, user=crew.drafter, status="adopted")
    assert not Disposition.objects.exists()


def test_drafter_after_the_closing(crew: make.Team) -> None:
    page = make.closed(crew.department)
    item = make.comment(page)
    theme = make.theme_with(page, crew.drafter, [item])
    decide_theme(theme=theme, user=crew.drafter, status="adopted")
    clear_decision(
        decision=decide_comment(comment=item, user=crew.drafter, status="adopted"), user=crew.drafter
    )
    assert Disposition.objects.count() == 1


def test_not_after_publication(crew: make.Team) -> None:
    page = make.published(crew)
    theme = page.themes.get()
    item = page.public_comments.filter(theme__isnull=True).get()
    with pytest.raises(OutcomeIsFinal):
        decide_theme(theme=theme, user=crew.drafter, status="not_adopted", reason=make.REASON)
    with pytest.raises(OutcomeIsFinal):
        decide_comment(comment=item, user=crew.drafter, status="adopted")
    for decision in Disposition.objects.of(page.pk):
        with pytest.raises(OutcomeIsFinal):
            clear_decision(decision=decision, user=crew.drafter)
    assert Disposition.objects.of(page.pk).count() == 2


def test_not_once_terminated(crew: make.Team) -> None:
    page = make.opened(crew.department)
    item = make.comment(page)
    terminate(page=page, user=crew.head, reason="上位法即将修改，草案须重新起草。")
    item.refresh_from_db()
    with pytest.raises(ValidationError, match="终止"):
        decide_comment(comment=item, user=crew.drafter, status="adopted")


@pytest.mark.parametrize("stage", ["opened", "closed", "published"])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.DRAFTER])
def test_no_other_role_at_any_stage(crew: make.Team, stage: str, role: Role) -> None:
    page = make.published(crew) if stage == "published" else getattr(make, stage)(crew.department)
    item = page.public_comments.first() or make.comment(page)
    theme = page.themes.first()
    user = member(role, crew.department)
    with pytest.raises(PermissionDenied):
        decide_comment(comment=item, user=user, status="adopted")
    if theme:
        with pytest.raises(PermissionDenied):
            decide_theme(theme=theme, user=user, status="adopted")


def test_nobody_from_elsewhere(crew: make.Team) -> None:
    page = make.closed(crew.department)
    item = make.comment(page)
    decision = decide_comment(comment=item, user=crew.drafter, status="adopted")
    for user in (make.team().drafter, UserFactory.create(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            decide_comment(comment=item, user=user, status="adopted")
        with pytest.raises(PermissionDenied):
            clear_decision(decision=decision, user=user)
