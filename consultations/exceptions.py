"""Refusals of this app. They are validation errors, so that forms, the API and commands show them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from consultations.outcome_coverage import OutcomeObstacle


class OutcomeIsFinal(ValidationError):
    """The outcome is published: its themes and decisions can no longer be changed (ADR 0012)."""

    def __init__(self) -> None:
        super().__init__(_("采纳情况已经公布，处理意见不能再改动。"), code="outcome_is_final")


class OutcomeBlocked(ValidationError):
    """The outcome cannot be published yet; `obstacles` names everything that is missing."""

    def __init__(self, obstacles: Sequence[OutcomeObstacle]) -> None:
        self.obstacles = tuple(obstacles)
        super().__init__([ValidationError(item.message, code=item.code) for item in obstacles])
