"""Closed vocabularies of alerts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    DAILY = "daily", _("每天")
    WEEKLY = "weekly", _("每周")


class AlertStatus(models.TextChoices):
    PENDING = "pending", _("待确认")
    CONFIRMED = "confirmed", _("已订阅")
    STOPPED = "stopped", _("已停止")
    BOUNCED = "bounced", _("邮件被退回")


#: An alert in one of these states counts against the limit of its address.
LIVING = frozenset({AlertStatus.PENDING, AlertStatus.CONFIRMED})


class MailKind(models.TextChoices):
    CONFIRM = "confirm", _("确认订阅")
    EXISTING = "existing", _("已经订阅")
    FULL = "full", _("订阅已满")
    FOUND = "found", _("新文件")


#: Letters somebody's typing caused: limited per address, so that nobody is flooded by a stranger.
LETTERS = frozenset({MailKind.CONFIRM, MailKind.EXISTING, MailKind.FULL})


class MailStatus(models.TextChoices):
    """`SENDING` that outlives its worker becomes `INTERRUPTED`: whether it left is unknown, so it is not sent twice."""

    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    INTERRUPTED = "interrupted", _("发送中断")
    CARRIED = "carried", _("并入下一封")
    CANCELLED = "cancelled", _("已取消")


#: What these announced did not reach its reader for certain; the next mail of the alert takes it along.
UNDELIVERED = frozenset({MailStatus.FAILED, MailStatus.INTERRUPTED})
