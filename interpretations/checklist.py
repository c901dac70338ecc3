"""What the editor and the review screen show about a bundle: what is missing, where it is, who decided what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from interpretations.digest import content_digest
from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.gate import Obstacle, content_obstacles, sign_off_obstacles
from interpretations.gate.signatures import holds

if TYPE_CHECKING:
    from wagtail.models import TaskState

    from interpretations.models import PolicyDocumentPage, SignOff


@dataclass(frozen=True)
class Decision:
    """One row of the timeline. `void` marks a signature that a later edit has made worthless."""

    sign_off: SignOff
    void: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Checklist:
    content: list[Obstacle]
    sign_offs: list[Obstacle]
    timeline: list[Decision]
    current_kind: SignOffKind | None

    @property
    def releasable(self) -> bool:
        return not self.content and not self.sign_offs


def checklist(page: PolicyDocumentPage) -> Checklist:
    """Everything about the bundle as it is in `page`, saved or not."""
    task = current_task_state(page)
    return Checklist(
        content=content_obstacles(page),
        sign_offs=sign_off_obstacles(page),
        timeline=timeline(page),
        current_kind=task.task.specific.kind if task else None,
    )


def timeline(page: PolicyDocumentPage) -> list[Decision]:
    """Signatures and returns in order of time."""
    if page.pk is None:
        return []
    rows: list[SignOff] = list(page.sign_offs.select_related("user", "department"))
    digest = content_digest(page) if rows else ""
    return [
        Decision(
            sign_off=row,
            void=row.decision == SignOffDecision.SIGNED and not holds(row, digest),
            reasons=tuple(str(ReturnReason(code).label) for code in row.reason_codes),
        )
        for row in rows
    ]


def current_task_state(page: PolicyDocumentPage) -> TaskState | None:
    """The open step of review, if the bundle is being reviewed."""
    if page.pk is None:
        return None
    return page.current_workflow_task_state
