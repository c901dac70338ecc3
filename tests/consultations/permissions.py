"""Who is who in the permission tests: one person per role, in the department, elsewhere, and without any."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from consultations.models import ConsultationPage
from portal.organisations.enums import Role
from tests.factories.consultations import moderator
from tests.factories.organisations import DepartmentFactory, UserFactory, member

OWN_ROLES = (Role.DRAFTER, Role.HEAD)
EVERYBODY = (
    "drafter",
    "head",
    "other_drafter",
    "other_head",
    "office",
    "legality",
    "secrecy",
    "moderator",
    "nobody",
    "superuser",
    "inactive_head",
    "anonymous",
)


def person(who: str, page: ConsultationPage):  # type: ignore[no-untyped-def]
    """The user `who` names, seen from the department of `page`."""
    if who in ("drafter", "head"):
        return member(Role(who), page.department)
    if who.startswith("other_"):
        return member(Role(who.removeprefix("other_")), DepartmentFactory.create())
    if who in ("office", "legality", "secrecy"):
        return member(Role(who), DepartmentFactory.create())
    if who == "moderator":
        return moderator()
    if who == "inactive_head":
        return member(Role.HEAD, page.department, is_active=False)
    if who == "superuser":
        return UserFactory.create(is_superuser=True, is_staff=True)
    return AnonymousUser() if who == "anonymous" else UserFactory.create()
