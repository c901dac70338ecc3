"""The publication gate: everything a policy still lacks (ADR 0001). Read by the editor, services, guard and scheduler.

Content obstacles must be gone before a bundle is submitted; sign-off obstacles before it is published.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from interpretations.gate.document import document_obstacles
from interpretations.gate.obstacle import Obstacle
from interpretations.gate.package import package_obstacles
from interpretations.gate.procedure import procedure_obstacles
from interpretations.gate.signatures import sign_off_obstacles

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage

__all__ = ["Obstacle", "content_obstacles", "obstacles", "sign_off_obstacles"]


def content_obstacles(page: PolicyDocumentPage, *, at: datetime | None = None) -> list[Obstacle]:
    """What the drafting department must still write. `at` is the moment of release, now by default."""
    day = timezone.localdate(at)
    return [*document_obstacles(page, day), *package_obstacles(page), *procedure_obstacles(page, day)]


def obstacles(page: PolicyDocumentPage, *, at: datetime | None = None) -> list[Obstacle]:
    """Everything missing for a release at `at` (default now); empty exactly when the page may go live."""
    return [*content_obstacles(page, at=at), *sign_off_obstacles(page)]
