"""Standing searches by e-mail, the mails they cause, and what people did not find (ADR 0017).

The address lives in `AlertContact` alone, as personal data do (ADR 0010); a missed search never knows who asked.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from search.alerts.enums import AlertStatus, Frequency, MailKind, MailStatus
from search.query import SearchQuery, parse_query


class AlertContact(models.Model):
    """Where mail goes. Never in logs, index, exports, API or lists; deleted with the last of its alerts."""

    email = models.EmailField(_("电子邮箱"))
    key = models.CharField(max_length=64, unique=True)
    refused = models.PositiveSmallIntegerField(_("被拒收次数"), default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("订阅邮箱")
        verbose_name_plural = _("订阅邮箱")

    def __str__(self) -> str:
        return f"contact {self.pk}"


class SearchAlert(models.Model):
    """One search, by its canonical `parameters`, that mails what is new to one address.

    `journal_position` is the last `IndexAction` taken into account, `checked_until` the moment that belongs to it.
    """

    contact = models.ForeignKey(AlertContact, on_delete=models.CASCADE, related_name="alerts")
    parameters = models.TextField(_("检索条件"), blank=True)
    digest = models.CharField(max_length=64)
    frequency = models.CharField(_("频率"), max_length=10, choices=Frequency.choices, default=Frequency.DAILY)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    status = models.CharField(
        _("状态"), max_length=10, choices=AlertStatus.choices, default=AlertStatus.PENDING
    )
    created_at = models.DateTimeField(_("登记时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    checked_until = models.DateTimeField(_("已检索至"), null=True, blank=True)
    journal_position = models.BigIntegerField(default=0)
    next_due_at = models.DateTimeField(_("下次检索"), null=True, blank=True)
    last_mail_at = models.DateTimeField(_("最近一次发信"), null=True, blank=True)

    class Meta:
        verbose_name = _("检索订阅")
        verbose_name_plural = _("检索订阅")
        constraints = [models.UniqueConstraint(fields=["contact", "digest"], name="one_alert_per_search")]
        indexes = [models.Index(fields=["status", "next_due_at"])]

    def __str__(self) -> str:
        return f"alert {self.pk} {self.status}"

    @property
    def query(self) -> SearchQuery:
        """The search. Raises `ParameterError` when a value is no longer in its vocabulary."""
        return parse_query(QueryDict(self.parameters))


class AlertMail(models.Model):
    """One mail, written in the transaction that decides it: whatever is not sent yet is a row, not a memory.

    `documents` holds `[id, changed, fingerprint]` for up to `MAX_RECORDED` of the `total` documents announced.
    """

    alert = models.ForeignKey(SearchAlert, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(_("内容"), max_length=10, choices=MailKind.choices)
    status = models.CharField(
        _("状态"), max_length=12, choices=MailStatus.choices, default=MailStatus.WAITING
    )
    documents = models.JSONField(default=list, blank=True)
    total = models.PositiveIntegerField(_("件数"), default=0)
    tries = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    reason = models.CharField(_("说明"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("登记时间"))
    try_at = models.DateTimeField()
    sent_at = models.DateTimeField(_("发送时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("订阅邮件")
        verbose_name_plural = _("订阅邮件")
        indexes = [models.Index(fields=["status", "try_at"])]

    def __str__(self) -> str:
        return f"mail {self.pk} {self.kind} {self.status}"


class MissedSearch(models.Model):
    """How often a search found nothing on one day. What looks like a person's data was masked before it came here."""

    day = models.DateField(_("日期"))
    key = models.CharField(max_length=64)
    text = models.CharField(_("检索词"), max_length=120)
    parameters = models.CharField(_("检索条件"), max_length=600, blank=True)
    masked = models.BooleanField(_("已隐去个人信息"), default=False)
    count = models.PositiveIntegerField(_("次数"), default=1)
    last_at = models.DateTimeField(_("最近一次"))

    class Meta:
        verbose_name = _("未找到的检索")
        verbose_name_plural = _("未找到的检索")
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="one_missed_row_per_day")]
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return self.text


class MissedResolution(models.Model):
    """Somebody has seen to a search that found nothing; it comes back into the list when it is missed again."""

    key = models.CharField(max_length=64, unique=True)
    text = models.CharField(_("检索词"), max_length=120)
    note = models.CharField(_("处理情况"), max_length=200)
    resolved_at = models.DateTimeField(_("处理时间"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("未找到检索的处理")
        verbose_name_plural = _("未找到检索的处理")

    def __str__(self) -> str:
        return self.text
