"""Who may do what in clean-up and filing, on one screen. An administrator may look but decides for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal.organisations.enums import Role
from portal.organisations.rules import departments_of, has_role

if TYPE_CHECKING:
    from portal.organisations.models import Department, User

_STAFF_ROLES = (Role.OFFICE, Role.LEGALITY, Role.HEAD, Role.DRAFTER)


def may_look(user: User) -> bool:
    """Everyone who has a part in upkeep, and administrators."""
    return bool(user.is_superuser) or any(has_role(user, role) for role in _STAFF_ROLES)


def may_organise(user: User, department: Department | None) -> bool:
    """Prepare a batch: the general office, the legality reviewer, or the head of the department that cleans up."""
    return (
        has_role(user, Role.OFFICE)
        or has_role(user, Role.LEGALITY)
        or (department is not None and has_role(user, Role.HEAD, department))
    )


def may_publish(user: User, department: Department) -> bool:
    """Publish results: the general office, or the head of the department whose batch it is."""
    return has_role(user, Role.OFFICE) or has_role(user, Role.HEAD, department)


def headed_by(user: User) -> set[int]:
    """Departments whose files this person concludes on."""
    return {department.pk for department in departments_of(user, Role.HEAD)}


def may_open_filing(user: User) -> bool:
    """Add a file to the filing list by hand: the general office."""
    return has_role(user, Role.OFFICE)


def may_file(user: User, department: Department | None) -> bool:
    """Send a file to the filing authority: the department's drafters and head, or the general office."""
    if has_role(user, Role.OFFICE):
        return True
    return department is not None and (
        has_role(user, Role.DRAFTER, department) or has_role(user, Role.HEAD, department)
    )


def may_register(user: User) -> bool:
    """Register or return a filing: the legality reviewer, who keeps the register."""
    return has_role(user, Role.LEGALITY)


def require(allowed: bool) -> None:
    """Raise PermissionDenied unless `allowed`."""
    if not allowed:
        raise PermissionDenied(_("您没有办理此事项的权限。"))
