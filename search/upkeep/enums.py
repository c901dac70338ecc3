"""Closed vocabularies of acts, clean-up, filing (domain.md sections 2 and 3)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ActKind(models.TextChoices):
    """What an act says about a document."""

    REPEAL = "repeal", pgettext_lazy("event", "废止")
    AMEND = "amend", pgettext_lazy("event", "修改")
    LAPSE = "lapse", _("宣布失效")
    CONTINUE = "continue", _("继续有效")
    TERM = "term", _("确认有效期")
    NOT_REPEALED = "not_repealed", _("更正：未被废止")
    NOT_AMENDED = "not_amended", _("更正：未被修改")


class ActOrigin(models.TextChoices):
    """Who says so. What a person decided is never overwritten by what the machine read."""

    PERSON = "person", _("人工确认")
    CLEANUP = "cleanup", _("清理结果")
    MACHINE = "machine", _("自动识别")
    VERSION = "version", _("版本比对")


#: Origins that are a person's word.
HUMAN = frozenset({ActOrigin.PERSON, ActOrigin.CLEANUP})


class Conclusion(models.TextChoices):
    """The conclusion of a clean-up on one file (H§6)."""

    CONTINUE = "continue", _("继续有效")
    AMEND = "amend", _("拟修改")
    REPEAL = "repeal", pgettext_lazy("event", "废止")
    LAPSE = "lapse", _("宣布失效")


#: Conclusions that end a document.
ENDING = frozenset({Conclusion.REPEAL, Conclusion.LAPSE})


class BatchStatus(models.TextChoices):
    """Derived: a batch is decided when its decision document and day are named and nothing is missing."""

    PREPARING = "preparing", _("准备中")
    DECIDED = "decided", _("待公布")
    PUBLISHED = "published", _("已公布")


class FilingResult(models.TextChoices):
    """What the filing authority answered."""

    NONE = "", _("尚无结果")
    REGISTERED = "registered", _("准予备案")
    RETURNED = "returned", _("退回")


class FilingState(models.TextChoices):
    """Derived from dates and result."""

    DUE = "due", _("待报备")
    OVERDUE = "overdue", _("逾期未报备")
    SUBMITTED = "submitted", _("已报送")
    REGISTERED = "registered", _("已备案")
    RETURNED = "returned", _("已退回")
