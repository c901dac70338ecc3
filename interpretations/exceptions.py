"""Errors a person can act on: each names what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from interpretations.gate.obstacle import Obstacle


class PublicationBlocked(ValidationError):
    """A policy may not go live, be scheduled or be submitted; `obstacles` says what is missing (H§9 三同步).

    It carries a message dictionary because Wagtail's own admin API reads `message_dict` of any ValidationError.
    """

    def __init__(self, obstacles: Sequence[Obstacle], *, title: str = "") -> None:
        self.obstacles = tuple(obstacles)
        self.page_title = title
        super().__init__({NON_FIELD_ERRORS: [str(obstacle.message) for obstacle in self.obstacles]})

    def summary(self) -> str:
        """One sentence for a flash message: the page and everything it still lacks."""
        missing = "；".join(str(obstacle.message) for obstacle in self.obstacles)
        if self.page_title:
            return _("《%(title)s》尚不能发布或提交：%(missing)s") % {
                "title": self.page_title,
                "missing": missing,
            }
        return _("尚不能发布或提交：%(missing)s") % {"missing": missing}
