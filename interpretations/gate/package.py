"""Obstacles in the interpretation package: plan, eight points, materials (H§9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from interpretations.enums import MaterialForm, Point
from interpretations.gate.obstacle import Obstacle
from interpretations.similarity import copied_share

if TYPE_CHECKING:
    from interpretations.models import InterpretationMaterial, PointAnswer, PolicyDocumentPage

#: Characters of own text below which a written material says nothing.
MINIMUM_TEXT = 40
#: Share of a material's text found in the document from which it counts as a copy of it.
COPY_SHARE = 0.8
#: Forms shown as pictures or films; every other form is carried by its text.
VISUAL_FORMS = frozenset({MaterialForm.CHART})
FILMED_FORMS = frozenset({MaterialForm.AUDIO_VIDEO, MaterialForm.ANIMATION})

PLAN_PARTS = (
    ("plan_outline", _("解读方案缺少提纲")),
    ("plan_forms", _("解读方案缺少形式")),
    ("plan_channels", _("解读方案缺少渠道")),
    ("plan_time", _("解读方案缺少时间")),
)


def package_obstacles(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    """Missing parts of plan, points and materials."""
    for field, message in PLAN_PARTS:
        if not getattr(page, field).strip():
            yield Obstacle(field, message, f"id_{field}")
    yield from _points(page)
    yield from _materials(page)


def _points(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    rows: list[PointAnswer] = list(page.points.all())
    counted = Counter(row.point for row in rows)
    placed = {row.point: index for index, row in enumerate(rows)}
    answered = {row.point for row in rows if row.answer.strip() or row.not_applicable_reason.strip()}
    for point in Point:
        anchor = f"id_points-{placed[point.value]}-answer" if point.value in placed else "id_points-ADD"
        if point.value not in answered:
            message = _("要点“%(point)s”未作说明，也未写明不适用的理由") % {"point": point.label}
            yield Obstacle(f"point_{point.value}", message, anchor)
        elif counted[point.value] > 1:
            yield Obstacle(
                f"point_{point.value}_twice", _("要点“%(point)s”重复") % {"point": point.label}, anchor
            )


def _materials(page: PolicyDocumentPage) -> Iterator[Obstacle]:
    rows: list[InterpretationMaterial] = list(page.materials.all())
    if not rows:
        yield Obstacle("materials", _("缺少解读材料"), "id_materials-ADD")
    for index, material in enumerate(rows):
        yield from _material(page, material, index)


def _material(page: PolicyDocumentPage, material: InterpretationMaterial, index: int) -> Iterator[Obstacle]:
    name = material.title.strip() or pgettext_lazy("material", "第%(n)d份") % {"n": index + 1}
    prefix = f"id_materials-{index}"
    if not material.title.strip():
        yield Obstacle("material_title", _("解读材料%(name)s缺少标题") % {"name": name}, f"{prefix}-title")
    if not _has_content(material):
        message = _("解读材料“%(name)s”没有实际内容") % {"name": name}
        yield Obstacle("material_content", message, f"{prefix}-body")
    if material.image_id and not material.image_alt.strip():
        message = _("解读材料“%(name)s”的图片缺少文字说明") % {"name": name}
        yield Obstacle("material_image_alt", message, f"{prefix}-image_alt")
    if material.video_url and not material.transcript.strip():
        message = _("解读材料“%(name)s”的影音缺少文字稿") % {"name": name}
        yield Obstacle("material_transcript", message, f"{prefix}-transcript")
    if copied_share(_text_of(material), page.body) >= COPY_SHARE:
        message = _("解读材料“%(name)s”只是照抄文件正文") % {"name": name}
        yield Obstacle("material_copy", message, f"{prefix}-body")


def _text_of(material: InterpretationMaterial) -> str:
    return f"{material.body}\n{material.transcript}"


def _has_content(material: InterpretationMaterial) -> bool:
    """A chart shows a picture, a film can be played, anything else says something in words."""
    if material.form in VISUAL_FORMS:
        return bool(material.image_id or material.document_id)
    if material.form in FILMED_FORMS:
        return bool(material.video_url or material.document_id) and bool(material.transcript.strip())
    return len("".join(_text_of(material).split())) >= MINIMUM_TEXT
