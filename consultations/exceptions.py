"""Refusals of this app. They are validation errors, so that forms, the API and commands show them as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from consultations.gate import Obstacle
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


class ConsultationBlocked(ValidationError):
    """The consultation cannot be published yet; `obstacles` names everything that is missing (ADR 0003)."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        self.obstacles = tuple(obstacles)
        messages = [ValidationError(item.message, code=item.code) for item in obstacles]
        super().__init__({NON_FIELD_ERRORS: messages})


class ConsultationLocked(ValidationError):
    """People can comment or could: the draft, its dates and its kind are fixed; `fields` names what was changed."""

    def __init__(self, fields: Sequence[str], message: str | None = None) -> None:
        self.fields = tuple(fields)
        text = message or _("征求意见已经开始，下列内容不能再改动：%(fields)s。延期或终止请使用专门的操作。")
        error = ValidationError(text, code="consultation_locked", params={"fields": "、".join(self.fields)})
        super().__init__({NON_FIELD_ERRORS: [error]})


class CommentRefused(ValidationError):
    """The comment cannot be taken at this moment (not open yet, closed, terminated); the message says what comes next."""
