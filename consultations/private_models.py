"""What is personal or not yet said: kept apart from comments, deleted when its time is over (decision 10)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.enums import AuthorKind
from consultations.plain import harmless, public_name
from consultations.querysets import PendingCommentQuerySet


class PendingComment(models.Model):
    """What was typed, between the form and the confirmation; its signed token is short-lived (ADR 0008).

    Confirming empties it and points it at the comment, so confirming twice gives the same receipt.
    """

    consultation = models.ForeignKey(
        "consultations.ConsultationPage", on_delete=models.CASCADE, related_name="pending_comments"
    )
    clause = models.ForeignKey(
        "consultations.DraftClause", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    text = models.TextField(blank=True)
    proposed_text = models.TextField(blank=True)
    author_kind = models.CharField(max_length=20, choices=AuthorKind.choices, default=AuthorKind.CITIZEN)
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    comment = models.OneToOneField(
        "consultations.PublicComment", null=True, on_delete=models.CASCADE, related_name="+"
    )

    objects = PendingCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("待确认的意见")
        verbose_name_plural = _("待确认的意见")

    def __str__(self) -> str:
        return f"pending comment {self.pk}"

    @property
    def own_text(self) -> str:
        """What its author reads when reviewing it: harmless, still to be escaped."""
        return harmless(self.text)

    @property
    def own_proposal(self) -> str:
        return harmless(self.proposed_text)

    @property
    def own_phone(self) -> str:
        return harmless(self.phone)

    @property
    def public_author(self) -> str:
        """The name as it would be shown in public; empty for an anonymous one."""
        return public_name(self.name, organisation=self.author_kind == AuthorKind.ORGANISATION)


class CommentContact(models.Model):
    """Who to answer. Never in the index, exports, API or logs; purged after the retention period (decision 10)."""

    comment = models.OneToOneField(
        "consultations.PublicComment", on_delete=models.CASCADE, related_name="contact"
    )
    name = models.CharField(_("姓名或单位名称"), max_length=100, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    purge_after = models.DateField()

    class Meta:
        verbose_name = _("联系方式")
        verbose_name_plural = _("联系方式")

    def __str__(self) -> str:
        return f"contact of comment {self.comment_id}"
