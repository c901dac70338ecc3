"""Closed vocabularies of the gazette."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IssueStatus(models.TextChoices):
    """Derived from the time of publication, never stored."""

    DRAFT = "draft", _("编辑中")
    PUBLISHED = "published", _("已发布")


class Direction(models.TextChoices):
    UP = "up", _("上移")
    DOWN = "down", _("下移")
