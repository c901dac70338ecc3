"""Who of the staff may do what with alerts and missed searches, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.archive.predicates import keeps_archive

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.organisations.models import User


def tends_search(user: User | AnonymousUser | None) -> bool:
    """True for whoever keeps the archive: what people cannot find is for them to mend."""
    return keeps_archive(user)


#: Action -> predicate over the user. Subscribers act by the links in their mail, never by a role.
RULES = {
    "view_missed": tends_search,
    "resolve_missed": tends_search,
    "view_alerts": tends_search,
    "stop_alert": tends_search,
}
