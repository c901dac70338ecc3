"""The editor of a policy: one long page of sections, so that every obstacle can be linked to its field."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    Panel,
    TitleFieldPanel,
)

from interpretations.enums import Point, StepCode


class ChecklistPanel(Panel):
    """What is still missing, as of the last save, each linked to its field; the sign-offs and returns so far."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "interpretations/admin/checklist_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from interpretations.checklist import checklist

            return {**super().get_context_data(parent_context), "checklist": checklist(self.instance)}


class ClausePreviewPanel(Panel):
    """How the body divides into clauses, as of the last save; the anchors readers and consultations will use."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "interpretations/admin/clause_preview_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from interpretations.presenters import clauses_of

            return {**super().get_context_data(parent_context), "clauses": clauses_of(self.instance)}


POINT_PANELS = [FieldPanel("point"), FieldPanel("answer"), FieldPanel("not_applicable_reason")]

STEP_PANELS = [
    FieldPanel("step"),
    FieldRowPanel([FieldPanel("done_on"), FieldPanel("note")]),
    FieldPanel("not_applicable_reason"),
]

MATERIAL_PANELS = [
    FieldRowPanel([FieldPanel("form"), FieldPanel("credited_to")]),
    FieldPanel("title"),
    FieldPanel("body"),
    FieldPanel("image"),
    FieldPanel("image_alt"),
    FieldPanel("document"),
    FieldPanel("video_url"),
    FieldPanel("transcript"),
]

DOCUMENT_PANELS = [
    FieldRowPanel([FieldPanel("document_number"), FieldPanel("index_number")]),
    FieldRowPanel([FieldPanel("issuing_authority"), FieldPanel("lead_department")]),
    FieldPanel("in_government_name"),
    InlinePanel("co_issuers", heading=_("联合发文机关"), label=_("联合发文机关")),
    FieldRowPanel([FieldPanel("doc_type"), FieldPanel("genre"), FieldPanel("subject_category")]),
    FieldPanel("addressees"),
    FieldRowPanel([FieldPanel("adopted_on"), FieldPanel("effective_on"), FieldPanel("valid_until")]),
    FieldPanel("no_fixed_validity_reason"),
    FieldPanel("annotation"),
]

CONTENT_PANELS = [
    TitleFieldPanel("title"),
    ChecklistPanel(heading=_("发布前检查"), attrs={"id": "policy-checklist"}),
    MultiFieldPanel(DOCUMENT_PANELS, heading=_("文件信息")),
    MultiFieldPanel([FieldPanel("summary"), FieldPanel("body"), ClausePreviewPanel()], heading=_("正文条款")),
    MultiFieldPanel(
        [
            FieldPanel("plan_outline"),
            FieldRowPanel([FieldPanel("plan_forms"), FieldPanel("plan_channels")]),
            FieldRowPanel([FieldPanel("plan_time"), FieldPanel("interpreter")]),
            FieldPanel("head_interprets"),
        ],
        heading=_("解读方案"),
    ),
    InlinePanel("points", heading=_("八个要点"), label=_("要点"), max_num=len(Point)),
    InlinePanel("materials", heading=_("解读材料"), label=_("解读材料")),
    InlinePanel("steps", heading=_("法定程序"), label=_("程序"), max_num=len(StepCode)),
    MultiFieldPanel(
        [
            FieldPanel("disclosure_attribute"),
            FieldPanel("withholding_reason"),
            FieldPanel("business_related"),
            FieldRowPanel([FieldPanel("fair_competition_reviewed_on"), FieldPanel("fair_competition_note")]),
        ],
        heading=_("公开与审查"),
    ),
]

PROMOTE_PANELS = [
    MultiFieldPanel(
        [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
        heading=_("网址与摘要"),
    )
]
