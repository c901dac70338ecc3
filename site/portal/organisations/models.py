"""Users, departments, and who may act for whom."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.organisations.enums import BodyKind, Level, Role


class User(AbstractUser):
    """A member of staff. Citizens need no account."""

    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    job_title = models.CharField(_("职务"), max_length=60, blank=True)

    def get_full_name(self) -> str:
        return self.display_name or super().get_full_name() or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class Department(models.Model):
    """A body that drafts, issues or answers: the government itself, its general office, a department."""

    name = models.CharField(_("名称"), max_length=120, unique=True)
    short_name = models.CharField(_("简称"), max_length=60, blank=True)
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    number_code = models.CharField(
        _("发文机关代字"), max_length=30, blank=True, help_text=_("例如：云政办发")
    )
    kind = models.CharField(_("类别"), max_length=20, choices=BodyKind.choices, default=BodyKind.DEPARTMENT)
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices, default=Level.PROVINCE)
    region = models.CharField(_("地区"), max_length=60, blank=True)
    livelihood = models.BooleanField(_("宏观或民生部门"), default=False)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    address = models.CharField(_("通信地址"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级机关"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=100)

    class Meta:
        verbose_name = _("机构")
        verbose_name_plural = _("机构")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a new code for a department that exists: groups and addresses carry it."""
        super().clean()
        if self.pk and Department.objects.filter(pk=self.pk).exclude(code=self.code).exists():
            raise ValidationError({"code": _("机构代码一经使用不能修改。")})


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def valid(self, at: dt.datetime | None = None) -> RoleAssignmentQuerySet:
        """Assignments in force at `at` (default now)."""
        day = timezone.localdate(at)
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        )


class RoleAssignment(models.Model):
    """`user` holds `role` for `department`, optionally only between two dates (acting for someone on leave)."""

    user = models.ForeignKey(
        User, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="assignments"
    )
    department = models.ForeignKey(
        Department, verbose_name=_("机构"), on_delete=models.CASCADE, related_name="assignments"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_until = models.DateField(_("至"), null=True, blank=True)
    #: Set while a row is saved that was another person's: their groups follow too.
    former_user_id: int | None = None

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department", "role"], name="one_role_per_user_and_department"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.department} · {self.get_role_display()}"

    def clean(self) -> None:
        """Refuse dates in the wrong order."""
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("任职结束日期不能早于开始日期。")})
