"""What the index still has to learn. Rows are written with the change they describe, so a dead worker loses nothing."""

from __future__ import annotations

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
