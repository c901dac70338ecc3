"""Who may act for whom, on one screen. Features ask these; none of them reads assignments itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.organisations.enums import GOVERNMENT_WIDE_ROLES, Role
from portal.organisations.models import Department, RoleAssignment, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet


def has_role(user: User | AnonymousUser | None, role: Role, department: Department | None = None) -> bool:
    """True when `user` holds `role` today for `department` (government-wide roles hold for every department).

    Superusers do not pass: signing is personal, an administrator cannot sign for a department head (H§9).
    """
    if user is None or not user.is_active or not user.is_authenticated:
        return False
    found = RoleAssignment.objects.valid().filter(user_id=user.pk, role=role)
    if role not in GOVERNMENT_WIDE_ROLES and department is not None:
        found = found.filter(department_id=department.pk)
    return found.exists()


def holders_of(role: Role, department: Department | None) -> QuerySet[User]:
    """Everybody for whom `has_role` says yes; without a department only a government-wide role has holders."""
    found = RoleAssignment.objects.valid().filter(role=role)
    if role not in GOVERNMENT_WIDE_ROLES:
        found = found.filter(department=department) if department is not None else found.none()
    return User.objects.filter(is_active=True, pk__in=found.values("user_id")).order_by("pk")


def departments_of(user: User | AnonymousUser, role: Role) -> list[Department]:
    """Departments for which `user` holds `role` today."""
    if not user.is_authenticated:
        return []
    ids = RoleAssignment.objects.valid().filter(user_id=user.pk, role=role).values("department_id")
    return list(Department.objects.filter(pk__in=ids))
