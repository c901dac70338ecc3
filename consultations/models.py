"""A draft opened for comment, the comments on it, what was decided about each and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_comments_xtd.models import XtdComment, XtdCommentManager
from wagtail.models import PageManager

from consultations.enums import VISIBLE_SCREENINGS, AuthorKind, ConsultationKind, DispositionStatus, Screening
from consultations.outcome_querysets import DispositionQuerySet, OutcomeQuerySet, ThemeQuerySet
from consultations.page_behaviour import ConsultationPageBehaviour
from consultations.plain import harmless
from consultations.private_models import CommentContact, PendingComment
from consultations.querysets import (
    ConsultationQuerySet,
    DraftClauseQuerySet,
    PublicCommentQuerySet,
)
from consultations.workflow import OpeningTask
from interpretations.models import PolicyDocumentPage
from portal.home.models import BasePage
from portal.organisations.models import Department

__all__ = [
    "CommentContact",
    "ConsultationPage",
    "Disposition",
    "DraftClause",
    "OpeningTask",
    "Outcome",
    "PendingComment",
    "PublicComment",
    "Theme",
]


class ConsultationPage(ConsultationPageBehaviour, BasePage):
    """One round of comment on one draft. Its text is frozen into `DraftClause` rows when it is first published."""

    template = "consultations/consultation_page.html"

    department = models.ForeignKey(
        Department,
        verbose_name=_("起草部门"),
        on_delete=models.PROTECT,
        null=True,
        related_name="consultations",
    )
    kind = models.CharField(
        _("征求意见的类别"),
        max_length=20,
        choices=ConsultationKind.choices,
        default=ConsultationKind.NORMATIVE,
    )
    summary = models.TextField(_("摘要"), blank=True)
    draft_body = models.TextField(_("征求意见稿（一段一行）"), blank=True)
    drafting_note = models.TextField(_("起草说明"), blank=True)
    decision_basis = models.TextField(_("决策依据"), blank=True)
    opens_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    shortened_reason = models.TextField(_("缩短期限的理由（公开）"), blank=True)
    extended_from = models.DateTimeField(_("延期前的截止时间"), null=True, blank=True, editable=False)
    extension_reason = models.TextField(_("延期理由"), blank=True, editable=False)
    terminated_at = models.DateTimeField(_("终止时间"), null=True, blank=True, editable=False)
    termination_reason = models.TextField(_("终止理由"), blank=True, editable=False)
    outcome_due_on = models.DateField(_("应公布采纳情况的日期"), null=True, blank=True, editable=False)
    outcome_due_provisional = models.BooleanField(default=False, editable=False)
    contact = models.CharField(_("联系方式"), max_length=300, blank=True)
    policy = models.ForeignKey(
        PolicyDocumentPage,
        verbose_name=_("对应的政策文件"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="consultations",
    )

    objects = PageManager.from_queryset(ConsultationQuerySet)()

    parent_page_types = ["home.DepartmentPage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []
    exclude_fields_in_copy = [
        "extended_from",
        "extension_reason",
        "terminated_at",
        "termination_reason",
        "policy",
    ]

    class Meta:
        verbose_name = _("征求意见")
        verbose_name_plural = _("征求意见")
        constraints = [
            models.CheckConstraint(
                condition=Q(extended_from__isnull=True) | ~Q(extension_reason=""),
                name="extension_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(terminated_at__isnull=True) | ~Q(termination_reason=""),
                name="termination_has_a_reason",
            ),
        ]


class DraftClause(models.Model):
    """A clause of the frozen draft; comments point here (`clause_id` is the anchor, ADR 0004)."""

    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="clauses")
    clause_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    depth = models.PositiveSmallIntegerField(default=0)
    parent_clause_id = models.CharField(max_length=80, blank=True)
    position = models.PositiveIntegerField()

    objects = DraftClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("草案条款")
        verbose_name_plural = _("草案条款")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "clause_id"], name="clause_once_per_consultation"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.text[:20]

    @property
    def is_heading(self) -> bool:
        """Whether it is a chapter or section title rather than a rule."""
        return self.kind in ("chapter", "section")


class Theme(models.Model):
    """相对集中的意见: comments that say the same, decided together."""

    consultation = models.ForeignKey(ConsultationPage, on_delete=models.CASCADE, related_name="themes")
    title = models.CharField(_("主题"), max_length=200)
    summary = models.TextField(_("意见概述"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("意见主题")
        verbose_name_plural = _("意见主题")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class PublicComment(XtdComment):
    """One opinion, as typed. `content_object` is the ConsultationPage; personal data is in `CommentContact` only."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="public_comments"
    )
    clause = models.ForeignKey(
        DraftClause, null=True, blank=True, on_delete=models.PROTECT, related_name="public_comments"
    )
    receipt_code = models.CharField(_("回执编号"), max_length=24, unique=True)
    author_kind = models.CharField(max_length=20, choices=AuthorKind.choices, default=AuthorKind.CITIZEN)
    author_masked = models.CharField(_("公开署名"), max_length=60, blank=True)
    proposed_text = models.TextField(_("建议改为"), blank=True)
    screening = models.CharField(
        max_length=20, choices=Screening.choices, default=Screening.RECEIVED, db_index=True
    )
    screening_reason = models.CharField(_("审核说明"), max_length=300, blank=True)
    redacted_text = models.TextField(_("隐去后的文本"), blank=True)
    screened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(_("逾期到达"), default=False)
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="public_comments"
    )

    objects = XtdCommentManager.from_queryset(PublicCommentQuerySet)()

    class Meta:
        verbose_name = _("公众意见")
        verbose_name_plural = _("公众意见")
        indexes = [
            models.Index(fields=["consultation", "screening", "clause"], name="comment_by_consultation"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(screening__in=["withheld", "redacted"]) | ~Q(screening_reason=""),
                name="screening_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def is_visible(self) -> bool:
        """Whether the public may read it, in full or in part."""
        return self.screening in VISIBLE_SCREENINGS

    @property
    def shown_text(self) -> str:
        """What the public reads of it: harmless, still to be escaped."""
        return harmless(self.redacted_text if self.screening == Screening.REDACTED else self.comment)

    @property
    def shown_proposal(self) -> str:
        """The wording proposed, as the public reads it; a redacted comment shows none."""
        return "" if self.screening == Screening.REDACTED else harmless(self.proposed_text)

    @property
    def own_text(self) -> str:
        """The whole text as its author reads it on the receipt: harmless, still to be escaped."""
        return harmless(self.comment)

    @property
    def own_proposal(self) -> str:
        return harmless(self.proposed_text)


class Disposition(models.Model):
    """处理意见 on one theme or on one comment (a comment's own wins over its theme's)."""

    theme = models.OneToOneField(
        Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="disposition"
    )
    comment = models.OneToOneField(
        PublicComment, null=True, blank=True, on_delete=models.CASCADE, related_name="disposition"
    )
    status = models.CharField(_("处理结果"), max_length=20, choices=DispositionStatus.choices)
    reason = models.TextField(_("理由"), blank=True)
    changed_clause_ids = models.JSONField(_("据此修改的条款"), default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now=True)

    objects = DispositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("处理意见")
        verbose_name_plural = _("处理意见")
        constraints = [
            models.CheckConstraint(
                condition=Q(theme__isnull=False, comment__isnull=True)
                | Q(theme__isnull=True, comment__isnull=False),
                name="disposition_of_theme_or_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.theme or self.comment_id}"


class Outcome(models.Model):
    """采纳情况, published once by the head; its existence with `published_at` is what makes the outcome public."""

    consultation = models.OneToOneField(ConsultationPage, on_delete=models.PROTECT, related_name="outcome")
    introduction = models.TextField(_("总体情况"), blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    final_policy = models.ForeignKey(
        PolicyDocumentPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("采纳情况")
        verbose_name_plural = _("采纳情况")

    def __str__(self) -> str:
        return f"outcome of {self.consultation_id}"
