"""Roles and kinds of body (domain.md section 1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do for a department. One person may hold several."""

    DRAFTER = "drafter", _("起草人员")
    HEAD = "head", _("部门负责人")
    OFFICE = "office", _("政府办公厅（室）")
    LEGALITY = "legality", _("合法性审核机构")
    SECRECY = "secrecy", _("保密审查机构")
    MODERATOR = "moderator", _("意见审核人员")


#: These roles act for every department; the others only for the one they are assigned to.
GOVERNMENT_WIDE_ROLES = frozenset({Role.OFFICE, Role.LEGALITY, Role.SECRECY, Role.MODERATOR})


class BodyKind(models.TextChoices):
    GOVERNMENT = "government", _("人民政府")
    OFFICE = "office", _("政府办公厅（室）")
    DEPARTMENT = "department", _("政府部门")


class Level(models.TextChoices):
    """Level of the issuing authority; also a search facet."""

    NATIONAL = "national", _("国家")
    MINISTRY = "ministry", _("部委")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
