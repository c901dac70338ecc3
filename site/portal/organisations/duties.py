"""The roles of one person, asked for once and answered without further queries: for lists over many departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import RoleAssignment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


@dataclass(frozen=True)
class Duties:
    """What `user_id` is there for: pairs of role and department. Same answers as `rules.has_role`."""

    user_id: int | None
    held: frozenset[tuple[Role, int]]

    def __bool__(self) -> bool:
        return bool(self.held)

    def has(self, role: Role) -> bool:
        """True when the role is held for any department."""
        return any(held == role for held, _department in self.held)

    def holds(self, role: Role, department_id: int | None) -> bool:
        """True when the role is held for this department; government-wide roles hold for every one."""
        if role in GOVERNMENT_WIDE_ROLES:
            return self.has(role)
        return department_id is not None and (role, department_id) in self.held

    def departments(self, *roles: Role) -> set[int]:
        """Keys of the departments for which one of `roles` is held."""
        return {department for held, department in self.held if held in roles}


def duties_of(user: User | AnonymousUser, at: datetime | None = None) -> Duties:
    """The roles `user` holds at `at` (default now), in one query; none for somebody who is not signed in or switched off."""
    if not user.is_authenticated or not user.is_active:
        return Duties(None, frozenset())
    rows = RoleAssignment.objects.valid(at).filter(user_id=user.pk).values_list("role", "department_id")
    return Duties(user.pk, frozenset((Role(role), department) for role, department in rows))
