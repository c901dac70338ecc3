"""The children of a policy: co-issuers, the eight points, the materials and the statutory steps (H§1, H§9)."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from interpretations.enums import MaterialForm, Point, StepCode
from interpretations.models.policy import PolicyDocumentPage
from interpretations.package_guard import PackageQuerySet, is_writing_package, uncounted
from interpretations.panels import MATERIAL_PANELS, POINT_PANELS, STEP_PANELS
from portal.organisations.models import Department


class PackageRow(Orderable):
    """A row written with its page: the page's references are then counted once for all rows, not once for each."""

    class Meta(Orderable.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with uncounted() if is_writing_package() else nullcontext():
            super().save(*args, **kwargs)


class CoIssuer(PackageRow):
    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="co_issuers")
    department = models.ForeignKey(Department, verbose_name=_("联合发文机关"), on_delete=models.PROTECT)

    objects = PackageQuerySet.as_manager()

    class Meta(PackageRow.Meta):
        verbose_name = _("联合发文机关")


class PointAnswer(PackageRow):
    """One of the eight points: answered, or not applicable with a reason."""

    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="points")
    point = models.CharField(_("要点"), max_length=20, choices=Point.choices)
    answer = models.TextField(_("说明"), blank=True)
    not_applicable_reason = models.CharField(_("不适用的理由"), max_length=300, blank=True)

    panels = POINT_PANELS

    objects = PackageQuerySet.as_manager()

    class Meta(PackageRow.Meta):
        verbose_name = _("解读要点")


class InterpretationMaterial(PackageRow):
    """解读材料: what is actually released. Its text is never only a copy of the document."""

    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="materials")
    form = models.CharField(_("形式"), max_length=20, choices=MaterialForm.choices, default=MaterialForm.TEXT)
    title = models.CharField(_("标题"), max_length=200, blank=True)
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
        "wagtailimages.Image",
        verbose_name=_("图解"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    image_alt = models.CharField(_("图片文字说明"), max_length=500, blank=True)
    video_url = models.URLField(_("影音地址"), blank=True)
    transcript = models.TextField(_("影音文字稿"), blank=True)
    credited_to = models.CharField(_("解读人"), max_length=120, blank=True)

    panels = MATERIAL_PANELS

    objects = PackageQuerySet.as_manager()

    class Meta(PackageRow.Meta):
        verbose_name = _("解读材料")


class ProcedureStep(PackageRow):
    """One statutory step: done (date, document) or not applicable with a reason; publishable (H§1)."""

    page = ParentalKey(PolicyDocumentPage, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(_("程序"), max_length=30, choices=StepCode.choices)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    note = models.CharField(_("形成的材料或结论"), max_length=300, blank=True)
    not_applicable_reason = models.CharField(_("不适用的理由"), max_length=300, blank=True)

    panels = STEP_PANELS

    objects = PackageQuerySet.as_manager()

    class Meta(PackageRow.Meta):
        verbose_name = _("法定程序")
