"""Obstacles in the procedure: the five statutory steps and fair-competition review (H§1, 国令713, 公平竞争审查条例)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from interpretations.enums import StepCode
from interpretations.gate.obstacle import Obstacle

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage, ProcedureStep


def procedure_obstacles(page: PolicyDocumentPage, day: date) -> Iterator[Obstacle]:
    """Steps neither done nor explained, for a release on `day`."""
    rows: list[ProcedureStep] = list(page.steps.all())
    placed = {row.step: index for index, row in enumerate(rows)}
    settled = {row.step for row in rows if row.done_on or row.not_applicable_reason.strip()}
    counted = Counter(row.step for row in rows)
    for step in StepCode:
        anchor = f"id_steps-{placed[step.value]}-done_on" if step.value in placed else "id_steps-ADD"
        if step.value not in settled:
            message = _("法定程序“%(step)s”未完成，也未写明不适用的理由") % {"step": step.label}
            yield Obstacle(f"step_{step.value}", message, anchor)
        elif counted[step.value] > 1:
            yield Obstacle(
                f"step_{step.value}_twice", _("法定程序“%(step)s”重复") % {"step": step.label}, anchor
            )
    for index, row in enumerate(rows):
        if row.done_on and row.done_on > day:
            message = _("法定程序“%(step)s”的完成日期晚于发布日期") % {"step": row.get_step_display()}
            yield Obstacle(f"step_{row.step}_future", message, f"id_steps-{index}-done_on")
    if page.business_related and not (
        page.fair_competition_reviewed_on and page.fair_competition_note.strip()
    ):
        yield Obstacle(
            "fair_competition",
            _("涉及经营主体经济活动，缺少公平竞争审查日期与结论"),
            "id_fair_competition_reviewed_on",
        )
