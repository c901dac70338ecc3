"""Who may do what in the search, on one screen. Searching itself needs nobody's leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.organisations.enums import Role
from portal.organisations.rules import has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


def works_here(user: User | AnonymousUser | None) -> bool:
    """True for signed-in people who may enter the editing screens."""
    return user is not None and user.is_active and user.has_perm("wagtailadmin.access_admin")


def keeps_synonyms(user: User | AnonymousUser | None) -> bool:
    """True for the general office, which keeps the archive, and for whoever was given the right to change synonyms."""
    if user is None or not user.is_active:
        return False
    return has_role(user, Role.OFFICE) or user.has_perm("search.change_synonymgroup")


#: Action -> predicate over the user.
RULES = {
    "edit_synonyms": keeps_synonyms,
    "explain_results": works_here,
}
