"""Days and moments as people read them, in the language of the page. Every moment is shown in Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

#: A deadline "at 24:00" is stored as the first moment of the next day; this is less than any stored precision.
_INSTANT = timedelta(microseconds=1)


def _is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def local_date(value: date | datetime) -> date:
    """The calendar day of `value` in the site's time zone; a plain date is returned as it is."""
    if isinstance(value, datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return value


def last_day(deadline: date | datetime) -> date:
    """The last calendar day before `deadline` ends: midnight belongs to the day that it closes."""
    if isinstance(deadline, datetime):
        return local_date(deadline - _INSTANT)
    return deadline


def day_text(value: date | datetime) -> str:
    """`2026年11月23日`, or `23 November 2026` on an English page."""
    day = local_date(value)
    return f"{day.year}年{day.month}月{day.day}日" if _is_chinese() else format_date(day, "j F Y")


def moment_text(value: datetime) -> str:
    """Day, hour and minute: `2026年11月23日 18:30`, or `23 November 2026, 18:30`."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    separator = " " if _is_chinese() else ", "
    return f"{day_text(local)}{separator}{local:%H:%M}"


def deadline_text(value: date | datetime) -> str:
    """A deadline as the law counts it: the end of a day is 24:00 of that day, not 0:00 of the next (民法典 §203)."""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        if local.time() not in (time(0, 0), time(23, 59, 59), time(23, 59, 59, 999999)):
            return moment_text(value)
    separator = " " if _is_chinese() else ", "
    return f"{day_text(last_day(value))}{separator}24:00"


def days_until(deadline: date | datetime, at: datetime | None = None) -> int:
    """Whole calendar days from `at` (default now) to the last day of `deadline`; 0 on that day, negative after it."""
    return (last_day(deadline) - timezone.localdate(at)).days


def days_left_text(deadline: date | datetime, at: datetime | None = None) -> str:
    """`还剩 5 天`, `今天截止` or `已截止`. A moment that is over today is `已截止`, too."""
    moment = at or timezone.now()
    if isinstance(deadline, datetime) and timezone.is_aware(deadline) and deadline <= moment:
        return _("已截止")
    days = days_until(deadline, moment)
    if days < 0:
        return _("已截止")
    if days == 0:
        return _("今天截止")
    return ngettext("还剩 %(days)d 天", "还剩 %(days)d 天", days) % {"days": days}
