"""Signatures and returns, kept for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from interpretations.enums import ReturnReason, SignOffDecision, SignOffKind
from interpretations.models.policy import PolicyDocumentPage
from portal.organisations.models import Department


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
