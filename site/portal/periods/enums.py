"""Units and codes of statutory periods (domain.md section 2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """What a period is counted in (民法典 §200)."""

    DAY = "day", _("日")
    WORKING_DAY = "working_day", _("工作日")
    HOUR = "hour", _("小时")


class DayKind(models.TextChoices):
    """What a holiday notice makes of one day; `WORKING` is a make-up day (调休)."""

    WORKING = "working", _("上班")
    HOLIDAY = "holiday", _("放假")


class PeriodCode(models.TextChoices):
    """Every period the software watches. Its length is a row, never a constant."""

    CONSULTATION_MAJOR_DECISION = "consultation_minimum_major_decision", _("征求意见最短期限：重大行政决策")
    CONSULTATION_RULE = "consultation_minimum_rule", _("征求意见最短期限：规章草案")
    CONSULTATION_BUSINESS = "consultation_minimum_business", _("征求意见最短期限：涉企政策")
    CONSULTATION_NORMATIVE = "consultation_minimum_normative", _("征求意见最短期限：其他规范性文件")
    OUTCOME_DUE = "outcome_due", _("公布采纳情况")
    PROACTIVE_DISCLOSURE = "proactive_disclosure", _("主动公开")
    LEGALITY_REVIEW = "legality_review", _("合法性审查最短时间：重大行政决策")
    LEGALITY_REVIEW_NORMATIVE_MINIMUM = (
        "legality_review_normative_minimum",
        _("合法性审核最短时间：规范性文件"),
    )
    LEGALITY_REVIEW_NORMATIVE_MAXIMUM = (
        "legality_review_normative_maximum",
        _("合法性审核最长时间：规范性文件"),
    )
    INTERPRETATION_GRACE = "interpretation_grace", _("解读材料公布宽限期")
    FILING = "filing", _("规范性文件备案")
    VALIDITY_EVALUATION_REMINDER = "validity_evaluation_reminder", _("有效期届满前评估提醒")
    HEARING_MATERIALS = "hearing_materials", _("听证材料提前送达")
    HEARING_NOTICE_RULE = "hearing_notice_rule", _("规章听证会提前公告")
    CONTACT_RETENTION = "contact_retention", _("联系方式保存")


#: The minimum comment periods, by the value of `ConsultationKind` that ends their code.
CONSULTATION_MINIMUM_PREFIX = "consultation_minimum_"
