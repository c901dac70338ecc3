"""Who may do what in the search, on one screen. Searching itself needs nobody's leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


def works_here(user: User | AnonymousUser | None) -> bool:
    """True for signed-in people who may enter the editing screens."""
    return user is not None and user.is_active and user.has_perm("wagtailadmin.access_admin")


#: Action -> predicate over the user.
RULES = {
    "explain_results": works_here,
}
