"""Who is who in the permission tests of alerts and gazette: one person per role, and those without any."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission

from portal.organisations.enums import Role
from tests.factories.organisations import UserFactory, member

EVERYBODY = (
    "drafter", "head", "office", "legality", "secrecy", "moderator", "inactive_office", "nobody", "superuser",
    "anonymous", "helper",
)  # fmt: skip


def person(who: str, permission: str = "") -> Any:
    """The user `who` names; the helper has the model permission `app.codename` and no role."""
    if who == "inactive_office":
        return member(Role.OFFICE, is_active=False)
    if who == "superuser":
        return UserFactory.create(is_superuser=True, is_staff=True)
    if who == "helper":
        user = UserFactory.create()
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        return user
    if who == "anonymous":
        return AnonymousUser()
    return UserFactory.create() if who == "nobody" else member(Role(who))
