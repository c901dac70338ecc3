"""Who may do what in the archive, on one screen."""

from __future__ import annotations

from search.archive.predicates import keeps_archive

#: Action -> predicate over the user. Reading the archive needs nobody's leave.
RULES = {
    "view_set_aside": keeps_archive,
    "decide_set_aside": keeps_archive,
    "edit_document": keeps_archive,
    "confirm_validity": keeps_archive,
    "decide_relation": keeps_archive,
}
