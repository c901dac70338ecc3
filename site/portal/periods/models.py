"""Statutory periods as dated rows, and the holiday notices an administrator enters by hand."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.periods.enums import DayKind, PeriodCode, Unit

EARLIEST_NOTICE_YEAR = 1949
LATEST_NOTICE_YEAR = 2199


class StatutoryPeriodQuerySet(models.QuerySet["StatutoryPeriod"]):
    def in_force(self, on: dt.date) -> StatutoryPeriodQuerySet:
        """Rows that apply on the day `on`, both ends included."""
        return self.filter(in_force_from__lte=on).filter(Q(in_force_to__isnull=True) | Q(in_force_to__gte=on))


class StatutoryPeriod(models.Model):
    """One period for one span of time. A change of the law adds a row and ends the old one; nothing is overwritten."""

    code = models.CharField(_("事项"), max_length=60, choices=PeriodCode.choices)
    value = models.PositiveSmallIntegerField(_("期限"), validators=[MaxValueValidator(3650)])
    unit = models.CharField(_("单位"), max_length=20, choices=Unit.choices)
    basis = models.CharField(_("依据"), max_length=300)
    in_force_from = models.DateField(_("适用自"))
    in_force_to = models.DateField(
        _("适用至"), null=True, blank=True, help_text=_("含当日；留空表示继续适用")
    )
    verified = models.BooleanField(
        _("依据已核实"), default=False, help_text=_("未核实的期限是可调整的默认值，公开页面会注明")
    )

    objects = StatutoryPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("法定期限")
        verbose_name_plural = _("法定期限")
        ordering = ["code", "in_force_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "in_force_from"], name="period_starts_once"),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="period_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}：{self.value} {self.get_unit_display()}"

    def applies_on(self, day: dt.date) -> bool:
        """True when the row applies on `day`, both ends included."""
        return self.in_force_from <= day and (self.in_force_to is None or self.in_force_to >= day)

    def clean(self) -> None:
        """Refuse a row that overlaps another of the same code: on any day one period applies, not two."""
        super().clean()
        if self.in_force_from is None:
            return
        if self.in_force_to and self.in_force_to < self.in_force_from:
            raise ValidationError({"in_force_to": _("“适用至”不能早于“适用自”。")})
        others = StatutoryPeriod.objects.filter(code=self.code).exclude(pk=self.pk)
        others = others.filter(Q(in_force_to__isnull=True) | Q(in_force_to__gte=self.in_force_from))
        if self.in_force_to:
            others = others.filter(in_force_from__lte=self.in_force_to)
        if other := others.first():
            raise ValidationError(
                _("与同一事项自 %(day)s 起适用的期限重叠，请先填写那一条的“适用至”。"),
                params={"day": other.in_force_from.isoformat()},
                code="overlap",
            )


class YearNotice(models.Model):
    """The yearly holiday notice of one year is entered: its days are certain even where no table knows the year."""

    year = models.PositiveSmallIntegerField(
        _("年份"),
        unique=True,
        validators=[MinValueValidator(EARLIEST_NOTICE_YEAR), MaxValueValidator(LATEST_NOTICE_YEAR)],
    )
    notice = models.CharField(_("节假日安排通知"), max_length=200, help_text=_("通知的名称和文号"))

    class Meta:
        verbose_name = _("年度节假日安排")
        verbose_name_plural = _("年度节假日安排")
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}：{self.notice}"


class CalendarDay(models.Model):
    """One day that is not what its weekday says. It wins over every built-in table."""

    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("安排"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("名称"), max_length=60, blank=True, help_text=_("例如：春节、国庆节调休"))

    class Meta:
        verbose_name = _("节假日与调休")
        verbose_name_plural = _("节假日与调休")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"
