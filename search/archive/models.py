"""The archive of normative files: plain Django, millions of rows if need be (ADR 0005)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.organisations.enums import Level
from search.archive.enums import DocumentType, ItemStatus, Reason, RelationKind, RelationOrigin
from search.archive.querysets import ImportItemQuerySet, NormativeDocumentQuerySet


class NormativeDocument(models.Model):
    """One normative file: imported from elsewhere, or a policy published on this site (then `page_id` is set)."""

    source_key = models.CharField(_("来源键"), max_length=200, unique=True)
    title = models.CharField(_("标题"), max_length=500)
    title_key = models.CharField(_("标题键"), max_length=160, blank=True, db_index=True)
    carried_key = models.CharField(_("所载标题键"), max_length=160, blank=True, db_index=True)
    document_number = models.CharField(_("发文字号"), max_length=120, blank=True)
    document_number_raw = models.CharField(_("原文发文字号"), max_length=200, blank=True)
    number_key = models.CharField(_("字号键"), max_length=160, blank=True, db_index=True)
    registration_number = models.CharField(_("登记号"), max_length=80, blank=True)
    index_number = models.CharField(_("索引号"), max_length=80, blank=True)
    issuing_authority = models.CharField(_("制发机关"), max_length=300, blank=True)
    co_issuers = models.JSONField(_("联合发文机关"), default=list, blank=True)
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices, blank=True)
    region = models.CharField(_("地区"), max_length=60, blank=True)
    doc_type = models.CharField(_("类别"), max_length=20, choices=DocumentType.choices, blank=True)
    genre = models.CharField(_("文种"), max_length=20, blank=True)
    subject_category = models.CharField(_("主题分类"), max_length=60, blank=True)
    addressees = models.CharField(_("主送机关"), max_length=500, blank=True)

    signature = models.CharField(_("落款"), max_length=500, blank=True)

    adopted_on = models.DateField(_("成文日期"), null=True, blank=True)
    published_on = models.DateField(_("发布日期"), null=True, blank=True, db_index=True)
    effective_on = models.DateField(_("施行日期"), null=True, blank=True)
    first_effective_on = models.DateField(_("首次施行日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    #: What the source states, while an act has extended `valid_until` beyond it.
    stated_until = models.DateField(_("原有效期至"), null=True, blank=True, editable=False)
    amended_on = models.DateField(_("修改日期"), null=True, blank=True)
    #: From this day on a newer text of the archive stands in its place; an amendment alone does not set it.
    replaced_on = models.DateField(_("被新文本代替日期"), null=True, blank=True, editable=False)
    repealed_on = models.DateField(_("废止日期"), null=True, blank=True)
    amended_by = models.ForeignKey(
        "self",
        verbose_name=_("修改依据"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="amended_documents",
    )
    repealed_by = models.ForeignKey(
        "self",
        verbose_name=_("废止依据"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="repealed_documents",
    )
    lapsed = models.BooleanField(_("来源标注失效"), default=False)
    validity_confirmed = models.BooleanField(_("效力已确认"), default=False)
    validity_text = models.TextField(_("有效期原文"), blank=True)
    effective_rule = models.CharField(_("施行规定"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True, db_index=True)

    text = models.TextField(_("正文"))
    text_scope = models.CharField(_("文本范围"), max_length=20, blank=True)
    text_origin = models.CharField(_("文本来源"), max_length=20, blank=True)
    source = models.TextField(_("出处"), blank=True)
    history = models.JSONField(_("沿革"), default=list, blank=True)
    version_of = models.CharField(_("版本组"), max_length=200, blank=True, db_index=True)
    confidence = models.JSONField(_("识别可信度"), default=dict, blank=True)
    lowest_confidence = models.FloatField(_("最低可信度"), null=True, blank=True, db_index=True)
    content_hash = models.CharField(max_length=64, blank=True, db_index=True)

    original = models.ForeignKey(
        "OriginalFile",
        verbose_name=_("原件"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
    )
    page_id = models.BigIntegerField(_("本站页面"), null=True, blank=True, unique=True)
    page_url = models.CharField(_("本站地址"), max_length=300, blank=True)
    withdrawn = models.BooleanField(_("已撤回"), default=False)
    relations_read_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NormativeDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("规范性文件")
        verbose_name_plural = _("规范性文件")
        ordering = ["-published_on", "-pk"]
        indexes = [
            models.Index(fields=["title"]),
            # Few at any time: found without looking at the rest.
            models.Index(fields=["id"], name="relations_unread", condition=Q(relations_read_at=None)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:document", args=[self.pk])


class DocumentRelation(models.Model):
    """`source` does `kind` to `target`; `target` is empty while the citation is not resolved."""

    source = models.ForeignKey(NormativeDocument, on_delete=models.CASCADE, related_name="relations_out")
    target = models.ForeignKey(
        NormativeDocument, on_delete=models.CASCADE, related_name="relations_in", null=True, blank=True
    )
    kind = models.CharField(_("关系"), max_length=20, choices=RelationKind.choices)
    target_text = models.CharField(_("引用原文"), max_length=500, blank=True)
    clause_id = models.CharField(_("条款"), max_length=80, blank=True)
    target_clause_id = models.CharField(_("所引条款"), max_length=80, blank=True)
    target_clause_text = models.CharField(_("所引条款原文"), max_length=120, blank=True)
    title_key = models.CharField(_("所引标题键"), max_length=160, blank=True, db_index=True)
    number_key = models.CharField(_("所引字号键"), max_length=160, blank=True, db_index=True)
    issuer = models.CharField(_("所引制发机关"), max_length=120, blank=True)
    term_until = models.DateField(_("延续至"), null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(_("延长月数"), null=True, blank=True)
    term_after = models.DateField(_("所称原有效期至"), null=True, blank=True)
    origin = models.CharField(
        _("来源"), max_length=10, choices=RelationOrigin.choices, default=RelationOrigin.MACHINE
    )
    rejected = models.BooleanField(_("已否定"), default=False)

    class Meta:
        verbose_name = _("文件关系")
        verbose_name_plural = _("文件关系")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "target_text", "clause_id", "target_clause_text"],
                name="one_relation_per_place",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "kind", "id"], name="relation_by_source"),
            models.Index(fields=["target", "kind", "id"], name="relation_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_text or self.target_id}"


class OriginalFile(models.Model):
    """The bytes as they came, kept under their hash."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("文件名"), max_length=300)
    size = models.PositiveBigIntegerField(_("字节数"))
    media_type = models.CharField(max_length=100, blank=True)
    path = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("原件")
        verbose_name_plural = _("原件")

    def __str__(self) -> str:
        return self.name


class ImportItem(models.Model):
    """One thing an import met: where it came from and what became of it. A set-aside item waits for a person."""

    source_key = models.CharField(max_length=200, unique=True)
    origin = models.CharField(_("位置"), max_length=500)
    status = models.CharField(_("结果"), max_length=20, choices=ItemStatus.choices)
    reason_code = models.CharField(_("原因代码"), max_length=40, blank=True)
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    title = models.CharField(_("标题"), max_length=500, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    original = models.ForeignKey(
        OriginalFile, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    document = models.ForeignKey(
        NormativeDocument, null=True, blank=True, on_delete=models.SET_NULL, related_name="import_items"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ImportItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("导入条目")
        verbose_name_plural = _("导入条目")
        indexes = [models.Index(fields=["status"]), models.Index(fields=["origin"])]

    def __str__(self) -> str:
        return f"{self.origin} · {self.get_status_display()}"

    @property
    def reason_said(self) -> tuple[str, str]:
        """The reason in the reader's language, and beside it words that exist in Chinese only.

        It is stored as it was said when the item was read: in the first language. A sentence without figures or names in
        it is found in the catalogue again; of the others the kind of reason is told, then the sentence itself.
        """
        if not self.reason or (get_language() or "zh").startswith("zh"):
            return self.reason, ""
        if (translated := gettext(self.reason)) != self.reason:
            return translated, ""
        kinds = {value: str(label) for value, label in Reason.choices}
        return kinds.get(self.reason_code, self.reason_code), self.reason
