"""Closed vocabularies of the archive (domain.md section 3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Validity(models.TextChoices):
    """效力状态, always computed for a day, never stored."""

    PENDING = "pending", _("尚未生效")
    IN_FORCE = "in_force", _("现行有效")
    AMENDED = "amended", _("已修改")
    REPEALED = "repealed", _("已废止")
    LAPSED = "lapsed", _("失效")
    UNKNOWN = "unknown", _("待确认")


class DocumentType(models.TextChoices):
    """Type of normative file; the values are the field's own words because sources and users both use them."""

    CONSTITUTION = "宪法", _("宪法")
    LAW = "法律", _("法律")
    ADMINISTRATIVE_REGULATION = "行政法规", _("行政法规")
    JUDICIAL_INTERPRETATION = "司法解释", _("司法解释")
    LOCAL_REGULATION = "地方性法规", _("地方性法规")
    RULE = "部门规章", _("部门规章")
    LOCAL_GOVERNMENT_RULE = "地方政府规章", _("地方政府规章")
    NORMATIVE_DOCUMENT = "规范性文件", _("规范性文件")


class RelationKind(models.TextChoices):
    BASIS = "basis", _("依据")
    AMENDS = "amends", _("修改")
    REPEALS = "repeals", _("废止")
    FORWARDS = "forwards", _("转发")
    PRINTS = "prints", _("印发")
    INTERPRETS = "interprets", _("解读")
    CITES = "cites", _("引用")
    DRAFT_OF = "draft_of", _("征求意见稿")


class ItemStatus(models.TextChoices):
    """What became of one item of an import."""

    ADDED = "added", _("新增")
    UPDATED = "updated", _("更新")
    UNCHANGED = "unchanged", _("未变化")
    SET_ASIDE = "set_aside", _("搁置待人工确认")
