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
    EXTENDS = "extends", _("延续有效")
    FORWARDS = "forwards", _("转发")
    PRINTS = "prints", _("印发")
    INTERPRETS = "interprets", _("解读")
    CITES = "cites", _("引用")
    DRAFT_OF = "draft_of", _("征求意见稿")


class RelationOrigin(models.TextChoices):
    """Who says that two documents are related: a person's word is never overwritten by the machine's."""

    MACHINE = "machine", _("自动识别")
    PERSON = "person", _("人工录入")


class ItemStatus(models.TextChoices):
    """What became of one item of an import."""

    ADDED = "added", _("新增")
    UPDATED = "updated", _("更新")
    UNCHANGED = "unchanged", _("未变化")
    SET_ASIDE = "set_aside", _("搁置待人工确认")
    ACCEPTED = "accepted", _("人工确认收录")
    REJECTED = "rejected", _("人工确认不收录")


#: A person has decided; a later import of the same bytes leaves these alone.
DECIDED_STATUSES = frozenset({ItemStatus.ACCEPTED, ItemStatus.REJECTED})


class Reason(models.TextChoices):
    """Why an item was set aside."""

    EMPTY = "empty", _("空文件")
    TOO_LARGE = "too_large", _("文件过大")
    UNSUPPORTED = "unsupported", _("不支持的文件类型")
    UNREADABLE = "unreadable", _("文件损坏或与扩展名不符")
    ENCRYPTED = "encrypted", _("文件已加密")
    SCANNED = "scanned", _("扫描件，没有文字层")
    NO_TOOL = "no_tool", _("缺少读取该类型的程序")
    ENCODING = "encoding", _("无法识别编码")
    BROKEN_LINE = "broken_line", _("数据行损坏")
    TRUNCATED = "truncated", _("压缩包不完整")
    NO_TEXT = "no_text", _("没有正文")
    NO_TITLE = "no_title", _("没有识别出标题")
    NOT_NORMATIVE = "not_normative", _("疑似不是规范性文件")
    SEVERAL = "several", _("一个文件含多篇文章")
    DUPLICATE = "duplicate", _("与已有文件文字相同")
    CHANGED = "changed", _("人工处理后原文有变化")
    FAILED = "failed", _("处理时出错")
