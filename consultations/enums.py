"""Closed vocabularies of consultations (domain.md sections 3 and 4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsultationKind(models.TextChoices):
    """What is consulted on; the minimum comment period follows from it."""

    MAJOR_DECISION = "major_decision", _("重大行政决策")
    RULE = "rule", _("规章草案")
    BUSINESS = "business", _("涉企政策")
    NORMATIVE = "normative", _("其他规范性文件")


class ConsultationState(models.TextChoices):
    """Derived from dates and facts, never stored."""

    DRAFT = "draft", _("起草中")
    ANNOUNCED = "announced", _("即将征求意见")
    OPEN = "open", _("正在征求意见")
    AWAITING_OUTCOME = "awaiting_outcome", _("已截止，待公布采纳情况")
    OVERDUE = "overdue", _("逾期未公布采纳情况")
    OUTCOME_PUBLISHED = "outcome_published", _("已公布采纳情况")
    TERMINATED = "terminated", _("已终止")


#: Commenting is over.
CLOSED_STATES = frozenset(
    {
        ConsultationState.AWAITING_OUTCOME,
        ConsultationState.OVERDUE,
        ConsultationState.OUTCOME_PUBLISHED,
        ConsultationState.TERMINATED,
    }
)

#: The order in which the public list shows consultations: what a citizen can still act on comes first.
LISTED_STATES = (
    ConsultationState.OPEN,
    ConsultationState.ANNOUNCED,
    ConsultationState.AWAITING_OUTCOME,
    ConsultationState.OVERDUE,
    ConsultationState.OUTCOME_PUBLISHED,
    ConsultationState.TERMINATED,
)


class AuthorKind(models.TextChoices):
    CITIZEN = "citizen", _("个人")
    ORGANISATION = "organisation", _("单位或组织")


class Screening(models.TextChoices):
    """Whether a comment is shown in public. Nothing is deleted."""

    RECEIVED = "received", _("已收到，待审核")
    PUBLISHED = "published", _("已公开")
    WITHHELD = "withheld", _("不予公开")
    REDACTED = "redacted", _("部分隐去后公开")
    WITHDRAWN = "withdrawn", _("作者撤回")


#: Shown in public, in full or with parts hidden.
VISIBLE_SCREENINGS = frozenset({Screening.PUBLISHED, Screening.REDACTED})

#: What a moderator may decide, and of these what needs an explanation the author is given.
SCREENING_DECISIONS = frozenset({Screening.PUBLISHED, Screening.WITHHELD, Screening.REDACTED})
SCREENING_NEEDS_REASON = frozenset({Screening.WITHHELD, Screening.REDACTED})


class DispositionStatus(models.TextChoices):
    ADOPTED = "adopted", _("采纳")
    PARTIALLY_ADOPTED = "partially_adopted", _("部分采纳")
    NOT_ADOPTED = "not_adopted", _("不采纳")
    EXPLAINED = "explained", _("解释说明")
    REFERRED = "referred", _("转办")
    OUT_OF_SCOPE = "out_of_scope", _("不属于征求范围")


#: These need a reason of their own (H§7, 国令713 §18). Every other decision may carry one.
REASON_REQUIRED = frozenset(
    {
        DispositionStatus.NOT_ADOPTED,
        DispositionStatus.PARTIALLY_ADOPTED,
        DispositionStatus.OUT_OF_SCOPE,
        DispositionStatus.REFERRED,
        DispositionStatus.EXPLAINED,
    }
)

#: An opinion the drafter did not take up at all. Where many people hold it, it gets a public reason of its own (H§7).
REJECTED = frozenset({DispositionStatus.NOT_ADOPTED, DispositionStatus.OUT_OF_SCOPE})

#: The draft was changed because of the opinion, wholly or in part.
TAKEN_UP = frozenset({DispositionStatus.ADOPTED, DispositionStatus.PARTIALLY_ADOPTED})
