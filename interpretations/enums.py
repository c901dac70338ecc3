"""Closed vocabularies of the policy and its interpretation package (H§9, H§13, domain.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Point(models.TextChoices):
    """The eight points every interpretation answers (H§9)."""

    BACKGROUND = "background", _("背景依据")
    GOALS = "goals", _("目标任务")
    MAIN_CONTENT = "main_content", _("主要内容")
    SCOPE = "scope", _("涉及范围")
    CRITERIA = "criteria", _("执行口径及注意事项")
    KEY_TERMS = "key_terms", _("关键词诠释")
    BENEFITS = "benefits", _("惠民利民举措")
    DIFFERENCES = "differences", _("新旧政策差异")


class MaterialForm(models.TextChoices):
    TEXT = "text", _("文字解读")
    CHART = "chart", _("图表图解")
    AUDIO_VIDEO = "audio_video", _("影音")
    INTERVIEW = "interview", _("专题访谈")
    ANIMATION = "animation", _("动漫")
    LECTURE = "lecture", _("电视讲话")
    PRESS_CONFERENCE = "press_conference", _("新闻发布会")
    QUESTIONS = "questions", _("答记者问")
    EXPERT = "expert", _("专家解读")


class DisclosureAttribute(models.TextChoices):
    PROACTIVE = "proactive", _("主动公开")
    ON_REQUEST = "on_request", _("依申请公开")
    WITHHELD = "withheld", _("不予公开")


class ReturnReason(models.TextChoices):
    """Reason codes of a return slip (退文, H§9)."""

    NO_PLAN = "no_plan", _("未附解读方案")
    NO_MATERIAL = "no_material", _("未附解读材料")
    NO_DISCLOSURE_ATTRIBUTE = "no_disclosure_attribute", _("未明确公开属性")
    NO_WITHHOLDING_REASON = "no_withholding_reason", _("不予公开未说明理由")
    INCOMPLETE = "incomplete", _("内容不完整")


class SignOffKind(models.TextChoices):
    """Who signs what. The joint sign-off covers document, plan and materials at once (三同步, H§9)."""

    LEGALITY = "legality", _("合法性审核")
    SECRECY = "secrecy", _("保密审查")
    JOINT = "joint", _("部门负责人同步审签")
    OFFICE = "office", _("办公厅（室）核收")


class SignOffDecision(models.TextChoices):
    SIGNED = "signed", _("签署")
    RETURNED = "returned", _("退回")


class StepCode(models.TextChoices):
    """The five statutory steps of a decision (H§1, 国令713)."""

    PUBLIC_PARTICIPATION = "public_participation", _("公众参与")
    EXPERT_ARGUMENTATION = "expert_argumentation", _("专家论证")
    RISK_ASSESSMENT = "risk_assessment", _("风险评估")
    LEGALITY_REVIEW = "legality_review", _("合法性审查")
    COLLECTIVE_DELIBERATION = "collective_deliberation", _("集体讨论决定")
