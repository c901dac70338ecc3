"""Statutory periods and calendar days."""

from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from portal.periods.enums import DayKind, PeriodCode, Unit
from portal.periods.models import CalendarDay, StatutoryPeriod, YearNotice


class StatutoryPeriodFactory(DjangoModelFactory[StatutoryPeriod]):
    """A row older than the seeded ones, so that it never overlaps them."""

    class Meta:
        model = StatutoryPeriod

    code = PeriodCode.FILING
    value = 15
    unit = Unit.DAY
    basis = "地方规定"
    in_force_from = dt.date(2010, 1, 1)
    in_force_to = dt.date(2015, 12, 31)


class CalendarDayFactory(DjangoModelFactory[CalendarDay]):
    class Meta:
        model = CalendarDay

    day = factory.Sequence(lambda n: dt.date(2030, 1, 1) + dt.timedelta(days=n))
    kind = DayKind.HOLIDAY
    name = "节日"


class YearNoticeFactory(DjangoModelFactory[YearNotice]):
    class Meta:
        model = YearNotice

    year = factory.Sequence(lambda n: 2030 + n)
    notice = "关于节假日安排的通知"
