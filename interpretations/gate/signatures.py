"""Obstacles in the sign-offs. A signature holds only for the content it was given for (H§9, H§12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from interpretations.digest import content_digest
from interpretations.enums import SignOffDecision, SignOffKind
from interpretations.gate.obstacle import Obstacle
from interpretations.rules import required_kinds

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage, SignOff

ANCHOR = "policy-sign-offs"


def sign_off_obstacles(page: PolicyDocumentPage) -> list[Obstacle]:
    """One obstacle for each required sign-off that is missing, returned, or voided by a later edit."""
    latest = latest_sign_offs(page)
    digest = content_digest(page) if latest else ""
    found = []
    for kind in required_kinds(page):
        sign_off = latest.get(kind)
        if sign_off is None:
            message = _("尚未%(kind)s") % {"kind": kind.label}
            found.append(Obstacle(f"sign_off_{kind.value}", message, ANCHOR))
        elif sign_off.decision == SignOffDecision.RETURNED:
            message = _("%(kind)s环节已退回，尚未重新签署") % {"kind": kind.label}
            found.append(Obstacle(f"sign_off_{kind.value}_returned", message, ANCHOR))
        elif sign_off.content_digest != digest:
            message = _("%(kind)s的签署因内容修改而失效") % {"kind": kind.label}
            found.append(Obstacle(f"sign_off_{kind.value}_void", message, ANCHOR))
    return found


def valid_kinds(page: PolicyDocumentPage) -> set[SignOffKind]:
    """Kinds whose latest sign-off signs exactly the present content."""
    digest = content_digest(page)
    return {kind for kind, row in latest_sign_offs(page).items() if holds(row, digest)}


def holds(sign_off: SignOff, digest: str) -> bool:
    """True when `sign_off` signs the content whose digest is given."""
    return sign_off.decision == SignOffDecision.SIGNED and sign_off.content_digest == digest


def latest_sign_offs(page: PolicyDocumentPage) -> dict[SignOffKind, SignOff]:
    """The last decision of each kind; none for a page that was never saved, a copy has none of its original's."""
    if page.pk is None:
        return {}
    rows: Iterable[SignOff] = page.sign_offs.order_by("created_at", "pk")
    return {SignOffKind(row.kind): row for row in rows}
