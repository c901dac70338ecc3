"""Single questions about a person and the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.organisations.enums import Role
from portal.organisations.rules import has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


def keeps_archive(user: User | AnonymousUser | None) -> bool:
    """True for the general office, which keeps the archive, and for whoever was given the right to change documents."""
    if user is None or not user.is_active:
        return False
    return has_role(user, Role.OFFICE) or user.has_perm("archive.change_normativedocument")
