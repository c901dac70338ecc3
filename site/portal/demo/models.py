"""What the demo made, so that it is made once and nothing else is ever touched."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoItem(models.Model):
    """One thing the demo made: `key` names it in the content files, `object_id` is its primary key."""

    key = models.CharField(max_length=160, unique=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("演示内容")
        verbose_name_plural = _("演示内容")

    def __str__(self) -> str:
        return self.key
