"""Acts on documents, clean-up batches, filings, expiry reminders."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.archive.models import NormativeDocument
from search.upkeep.enums import (
    ActKind,
    ActOrigin,
    BatchStatus,
    Conclusion,
    FilingResult,
    FilingState,
)
from search.upkeep.querysets import CleanupBatchQuerySet, CleanupEntryQuerySet, FilingQuerySet

_DEPARTMENT = "organisations.Department"


class ValidityAct(models.Model):
    """One statement that `act` did `kind` to `document` from `effective_on` on. Rows are added, never changed.

    The dates on the document are what these rows come to (`search.upkeep.acts.project`).
    """

    document = models.ForeignKey(
        NormativeDocument, verbose_name=_("文件"), on_delete=models.CASCADE, related_name="validity_acts"
    )
    kind = models.CharField(_("事项"), max_length=20, choices=ActKind.choices)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    act = models.ForeignKey(
        NormativeDocument,
        verbose_name=_("依据文件"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    act_text = models.CharField(_("依据文件名称或字号"), max_length=500, blank=True)
    clause_id = models.CharField(_("所涉条款"), max_length=80, blank=True)
    origin = models.CharField(_("来源"), max_length=10, choices=ActOrigin.choices)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    entry = models.ForeignKey(
        "CleanupEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="acts"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("效力变动")
        verbose_name_plural = _("效力变动")
        ordering = ["pk"]
        constraints = [
            # The machine says the same thing once, however often it reads the texts.
            models.UniqueConstraint(
                fields=["document", "kind", "origin", "act", "clause_id"],
                condition=Q(origin__in=["machine", "version"]),
                name="one_machine_act",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.kind} {self.effective_on}"


class CleanupBatch(models.Model):
    """One clean-up (清理): many files, one decision document, published once."""

    title = models.CharField(_("名称"), max_length=200)
    department = models.ForeignKey(
        _DEPARTMENT, verbose_name=_("组织清理的机关"), on_delete=models.PROTECT, related_name="cleanups"
    )
    scope = models.CharField(
        _("清理范围"), max_length=500, blank=True, help_text=_("例如：2020年底以前以省政府名义印发的文件")
    )
    introduction = models.TextField(_("说明"), blank=True)
    stored_search = models.CharField(_("检索条件"), max_length=1000, blank=True)
    decision_document = models.ForeignKey(
        NormativeDocument,
        verbose_name=_("清理决定"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cleanup_batches",
    )
    decision_text = models.CharField(
        _("清理决定的名称和字号"), max_length=300, blank=True, help_text=_("清理决定不在文件库中时填写")
    )
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True, db_index=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CleanupBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("文件清理")
        verbose_name_plural = _("文件清理")
        ordering = ["-published_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("upkeep:cleanup", args=[self.pk])

    @property
    def decision_name(self) -> str:
        """Title and number of the decision, wherever it is."""
        document = self.decision_document
        if document is None:
            return self.decision_text
        return f"《{document.title}》{f'（{document.document_number}）' if document.document_number else ''}"

    @property
    def has_decision(self) -> bool:
        return bool(self.decided_on and (self.decision_document_id or self.decision_text))

    @property
    def status(self) -> BatchStatus:
        """Derived without a query; whether every file has its conclusion is `services.obstacles`."""
        if self.published_at:
            return BatchStatus.PUBLISHED
        return BatchStatus.DECIDED if self.has_decision else BatchStatus.PREPARING


class CleanupEntry(models.Model):
    """One file of a batch: what the machine proposes, what a person concludes."""

    batch = models.ForeignKey(CleanupBatch, on_delete=models.CASCADE, related_name="entries")
    document = models.ForeignKey(
        NormativeDocument, verbose_name=_("文件"), on_delete=models.PROTECT, related_name="cleanup_entries"
    )
    department = models.ForeignKey(
        _DEPARTMENT,
        verbose_name=_("责任部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed = models.CharField(_("系统建议"), max_length=20, choices=Conclusion.choices, blank=True)
    proposed_reason = models.CharField(_("建议理由"), max_length=300, blank=True)
    conclusion = models.CharField(_("结论"), max_length=20, choices=Conclusion.choices, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    effective_on = models.DateField(
        _("生效日期"), null=True, blank=True, help_text=_("留空即为清理决定的日期")
    )
    valid_until = models.DateField(
        _("有效期延续至"), null=True, blank=True, help_text=_("仅用于继续有效的文件")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = CleanupEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("清理条目")
        verbose_name_plural = _("清理条目")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "document"], name="one_entry_per_document"),
        ]
        indexes = [models.Index(fields=["batch", "conclusion"])]

    def __str__(self) -> str:
        return f"{self.batch_id} · {self.document_id} · {self.conclusion or '—'}"


class Filing(models.Model):
    """One filing (备案) of one document with one authority. A returned filing is followed by another row."""

    document = models.ForeignKey(
        NormativeDocument, verbose_name=_("文件"), on_delete=models.PROTECT, related_name="filings"
    )
    department = models.ForeignKey(
        _DEPARTMENT,
        verbose_name=_("报备部门"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("应报备日期"), db_index=True)
    authority = models.CharField(_("备案机关"), max_length=200, blank=True)
    filed_on = models.DateField(_("报送日期"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    result = models.CharField(
        _("备案结果"), max_length=12, choices=[c for c in FilingResult.choices if c[0]], blank=True
    )
    registration_number = models.CharField(_("备案登记号"), max_length=80, blank=True)
    return_reason = models.CharField(_("退回理由"), max_length=500, blank=True)
    answered_on = models.DateField(_("办理日期"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("备案记录")
        verbose_name_plural = _("备案目录")
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=~Q(result="returned"), name="one_open_or_registered_filing"
            ),
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=~Q(registration_number=""),
                name="filing_number_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} · {self.due_on}"

    def state_on(self, day: dt.date) -> FilingState:
        """The state on `day`."""
        if self.result:
            return FilingState(self.result)
        if self.filed_on:
            return FilingState.SUBMITTED
        return FilingState.OVERDUE if day > self.due_on else FilingState.DUE

    @property
    def state(self) -> FilingState:
        return self.state_on(timezone.localdate())

    @property
    def late(self) -> bool:
        """Sent after the last day, or not sent and past it."""
        return (self.filed_on or timezone.localdate()) > self.due_on


class ReminderSent(models.Model):
    """That a document's evaluation before its last day is due was noticed (row) and told by mail (`mailed_at`)."""

    document = models.ForeignKey(NormativeDocument, on_delete=models.CASCADE, related_name="reminders")
    valid_until = models.DateField(_("有效期至"))
    department = models.ForeignKey(
        _DEPARTMENT, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("到期提醒")
        verbose_name_plural = _("到期提醒")
        constraints = [
            models.UniqueConstraint(fields=["document", "valid_until"], name="one_reminder_per_last_day")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} · {self.valid_until}"


__all__ = [
    "ActKind", "ActOrigin", "CleanupBatch", "CleanupEntry", "Conclusion", "Filing", "ReminderSent", "ValidityAct",
]  # fmt: skip
