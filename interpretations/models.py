"""A policy and its interpretation package: one page, one revision, one release (ADR 0001, H§9 三同步)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from interpretations.enums import (
    DisclosureAttribute,
    MaterialForm,
    Point,
    ReturnReason,
    SignOffDecision,
    SignOffKind,
    StepCode,
)
from portal.home.models import BasePage
from portal.organisations.models import Department
from search.archive.enums import DocumentType


class PolicyDocumentPage(BasePage):
    """A policy document with its interpretation plan; points, materials and steps are its children."""

    template = "interpretations/policy_page.html"

    # the document
    document_number = models.CharField(_("发文字号"), max_length=120, blank=True)
    issuing_authority = models.CharField(_("制发机关"), max_length=200, blank=True)
    lead_department = models.ForeignKey(
        Department, verbose_name=_("牵头起草部门"), on_delete=models.PROTECT, null=True, related_name="led_policies"
    )
    in_government_name = models.BooleanField(_("以政府名义印发"), default=False)
    doc_type = models.CharField(
        _("类别"), max_length=20, choices=DocumentType.choices, default=DocumentType.NORMATIVE_DOCUMENT
    )
    genre = models.CharField(_("文种"), max_length=20, blank=True)
    subject_category = models.CharField(_("主题分类"), max_length=60, blank=True)
    index_number = models.CharField(_("索引号"), max_length=80, blank=True)
    addressees = models.CharField(_("主送机关"), max_length=500, blank=True)
    adopted_on = models.DateField(_("成文日期"), null=True, blank=True)
    effective_on = models.DateField(_("施行日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    no_fixed_validity_reason = models.CharField(_("不设有效期的理由"), max_length=200, blank=True)
    summary = models.TextField(_("摘要"), blank=True)
    body = models.TextField(_("正文（一段一行）"), blank=True)
    annotation = models.CharField(_("附注"), max_length=300, blank=True)

    # disclosure
    disclosure_attribute = models.CharField(
        _("公开属性"), max_length=20, choices=DisclosureAttribute.choices, blank=True, default=DisclosureAttribute.PROACTIVE
    )
    withholding_reason = models.TextField(_("不予公开的负面清单条目、情形与依据"), blank=True)
    business_related = models.BooleanField(_("涉及经营主体经济活动"), default=False)
    fair_competition_reviewed_on = models.DateField(_("公平竞争审查日期"), null=True, blank=True)
    fair_competition_note = models.CharField(_("公平竞争审查结论"), max_length=300, blank=True)

    # interpretation plan (解读方案)
    plan_outline = models.TextField(_("解读提纲"), blank=True)
    plan_forms = models.CharField(_("解读形式"), max_length=300, blank=True)
    plan_channels = models.CharField(_("解读渠道"), max_length=300, blank=True)
    plan_time = models.CharField(_("解读时间"), max_length=200, blank=True)
    interpreter = models.CharField(_("解读人"), max_length=120, blank=True)
    head_interprets = models.BooleanField(_("部门主要负责人带头解读"), default=False)

    parent_page_types = ["home.DepartmentPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")


class CoIssuer(Orderable):
    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="co_issuers")
    department = models.ForeignKey(Department, verbose_name=_("联合发文机关"), on_delete=models.PROTECT)

    class Meta(Orderable.Meta):
        verbose_name = _("联合发文机关")


class PointAnswer(Orderable):
    """One of the eight points: answered, or not applicable with a reason."""

    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="points")
    point = models.CharField(_("要点"), max_length=20, choices=Point.choices)
    answer = models.TextField(_("说明"), blank=True)
    not_applicable_reason = models.CharField(_("不适用的理由"), max_length=300, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("解读要点")


class InterpretationMaterial(Orderable):
    """解读材料: what is actually released. Its text is never only a copy of the document."""

    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="materials")
    form = models.CharField(_("形式"), max_length=20, choices=MaterialForm.choices, default=MaterialForm.TEXT)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容（一段一行）"), blank=True)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("附件"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    image = models.ForeignKey(
        "wagtailimages.Image", verbose_name=_("图解"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    image_alt = models.CharField(_("图片文字说明"), max_length=500, blank=True)
    video_url = models.URLField(_("影音地址"), blank=True)
    transcript = models.TextField(_("影音文字稿"), blank=True)
    credited_to = models.CharField(_("解读人"), max_length=120, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("解读材料")


class ProcedureStep(Orderable):
    """One statutory step: done (date, document) or not applicable with a reason; publishable (H§1)."""

    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(_("程序"), max_length=30, choices=StepCode.choices)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    note = models.CharField(_("形成的材料或结论"), max_length=300, blank=True)
    not_applicable_reason = models.CharField(_("不适用的理由"), max_length=300, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("法定程序")


class SignOff(models.Model):
    """One signature or return. It holds only for the content whose digest it carries (H§9: a later edit voids it)."""

    page = models.ForeignKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="sign_offs")
    kind = models.CharField(_("环节"), max_length=20, choices=SignOffKind.choices)
    decision = models.CharField(_("决定"), max_length=20, choices=SignOffDecision.choices)
    content_digest = models.CharField(max_length=64)
    revision_id = models.BigIntegerField(null=True, blank=True)
    reason_codes = models.JSONField(_("退文原因"), default=list, blank=True)
    note = models.TextField(_("说明"), blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    RETURN_REASONS = ReturnReason

    class Meta:
        verbose_name = _("审签记录")
        verbose_name_plural = _("审签记录")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_decision_display()} {self.created_at:%Y-%m-%d %H:%M}"
