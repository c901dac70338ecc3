"""Who may do what with the gazette, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.organisations.enums import Role
from portal.organisations.rules import has_role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


def edits_gazette(user: User | AnonymousUser | None) -> bool:
    """True for the general office, which edits the gazette (国令711 §23), and for whoever was given the right to help it."""
    if user is None or not user.is_active:
        return False
    return has_role(user, Role.OFFICE) or user.has_perm("gazette.change_gazetteissue")


def answers_for_gazette(user: User | AnonymousUser | None) -> bool:
    """True for the general office alone: publishing an authoritative text is an official act, not a technical right."""
    return has_role(user, Role.OFFICE)


#: Action -> predicate over the user. Reading published issues needs nobody's leave.
RULES = {
    "edit_issue": edits_gazette,
    "publish_issue": answers_for_gazette,
    "correct_issue": answers_for_gazette,
}
