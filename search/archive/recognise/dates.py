"""Dates as official texts write them; a date that does not exist is no date, and that is noted."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from search.archive.numerals import to_int

_N = "0-9０-９零〇○◯Ｏ一二三四五六七八九十廿卅"
# Four numerals, apart or not: in 附件1 2021年 the first one is no part of the year. 元月 is January.
_CHINESE = re.compile(
    rf"(?<![0-9０-９])(?P<y>[{_N}](?:\s{{0,3}}[{_N}]){{3}})\s*年\s*(?P<m>[{_N}元]{{1,3}})\s*月\s*(?P<d>[{_N}]{{1,3}})\s*[日号號]"
)
_NUMERIC = re.compile(
    r"(?<!\d)(?P<y>(?:19|20|１９|２０)\d\d)\s?[-/.．－／]\s?(?P<m>\d{1,2})\s?[-/.．－／]\s?(?P<d>\d{1,2})(?!\d)"
)
#: Earlier than the first document of the republic, or absurdly late: a misreading.
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text. `day` is None when it is written but impossible (2月30日)."""

    day: dt.date | None
    raw: str
    start: int
    end: int


def _day(match: re.Match[str]) -> dt.date | None:
    parts = [to_int(re.sub(r"\s+", "", match[g]).replace("元", "1")) for g in ("y", "m", "d")]
    if None in parts:
        return None
    year, month, day = (int(p or 0) for p in parts)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def find_dates(text: str) -> list[FoundDate]:
    """Every full date in `text` in order: 2016年12月9日, 二○○三年五月二十六日, 2003-05-26."""
    found = [
        FoundDate(_day(m), m.group().strip(), m.start(), m.end())
        for pattern in (_CHINESE, _NUMERIC)
        for m in pattern.finditer(text)
    ]
    return sorted(found, key=lambda f: f.start)


def parse_date(text: str) -> dt.date | None:
    """The first date in `text` if it exists in the calendar, else None."""
    found = find_dates(text)
    return found[0].day if found else None


def impossible_dates(text: str) -> list[str]:
    """Dates written in `text` that no calendar has, as written."""
    return [f.raw for f in find_dates(text) if f.day is None]


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day `years` later; 29 February becomes the 28th (民法典 §202: the last day of that month)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later, or that month's last day."""
    month0 = day.month - 1 + months
    year, month = day.year + month0 // 12, month0 % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))
