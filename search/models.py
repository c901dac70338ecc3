"""What the index still has to learn. Rows are written with the change they describe, so a dead worker loses nothing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ActionKind(models.TextChoices):
    UPSERT = "upsert", _("更新")
    DELETE = "delete", _("删除")


class ActionStatus(models.TextChoices):
    PENDING = "pending", _("待处理")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")


class IndexAction(models.Model):
    """One pending or finished change of the search index."""

    document_id = models.BigIntegerField(_("文件"), db_index=True)
    kind = models.CharField(max_length=10, choices=ActionKind.choices)
    status = models.CharField(max_length=10, choices=ActionStatus.choices, default=ActionStatus.PENDING)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("索引任务")
        verbose_name_plural = _("索引任务")
        indexes = [models.Index(fields=["status", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_id} {self.status}"


class SynonymGroup(models.Model):
    """A rule of synonyms that people of this site added, changed or switched off; the shipped ones are in a file."""

    key = models.CharField(max_length=120, unique=True)
    line = models.CharField(_("规则"), max_length=600)
    active = models.BooleanField(_("启用"), default=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("修改人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.line
