"""Who keeps the archive: role by action."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from portal.organisations.enums import Role
from portal.organisations.models import User
from search.archive.rules import RULES
from tests.factories.organisations import UserFactory, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", sorted(RULES))
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.OFFICE, True),
        (Role.DRAFTER, False),
        (Role.HEAD, False),
        (Role.LEGALITY, False),
        (Role.MODERATOR, False),
    ],
)
def test_by_role(action: str, role: Role, allowed: bool) -> None:
    assert RULES[action](member(role)) is allowed


@pytest.mark.parametrize("action", sorted(RULES))
def test_by_django_permission(action: str) -> None:
    user = UserFactory.create()
    assert RULES[action](user) is False
    user.user_permissions.add(Permission.objects.get(codename="change_normativedocument"))
    assert RULES[action](User.objects.get(pk=user.pk)) is True


@pytest.mark.parametrize("action", sorted(RULES))
def test_strangers_and_former_staff(action: str) -> None:
    former = member(Role.OFFICE)
    former.is_active = False
    former.save()
    assert RULES[action](AnonymousUser()) is False
    assert RULES[action](None) is False
    assert RULES[action](former) is False
