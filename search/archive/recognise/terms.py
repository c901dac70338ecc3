"""From when and until when a text is in force (施行日期, 有效期), read off its own words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from search.archive.numerals import to_int
from search.archive.recognise.dates import add_months, add_years, find_dates, parse_date

_DATE = r"[0-9０-９零〇○一二三四五六七八九十\s]{4,9}年[0-9０-９元一二三四五六七八九十\s]{1,4}月[0-9０-９一二三四五六七八九十\s]{1,4}日"
_EFFECTIVE = re.compile(
    # No two runs of blanks side by side: how they are shared out would be tried in every way.
    rf"(?:[自从于]\s*)?(?P<date>{_DATE})(?:\s*(?:零时|0时))?(?:\s*起)?\s*(?:正式|开始)?(?:施行|实施|执行|生效)"
)
_RULE = re.compile(
    r"自\s*(?P<what>印发|发布|公布|颁布|下发|签发|发文|通过|公告)\s*之日起\s*(?:正式)?(?:施行|实施|执行|生效)"
)
_NUMBER = r"[0-9０-９一二三四五六七八九十两]{1,3}"
_UNTIL = re.compile(
    rf"(?:有效期(?:限)?(?:截止|延长)?(?:至|到|截至)|(?:施行|执行|实施|有效)[，,]?(?:至|到)"
    # 有效期自…起至…; 本办法自…起至…: what else runs from one day to another is an event.
    rf"|(?:有效期(?:限)?|本(?:办法|规定|细则|通知|意见|方案|决定|公告|通告|措施|规则))[:：为]?自\s*{_DATE}\s*起?[，,]?(?:至|到))\s*(?P<date>{_DATE})"
)
_FOR = re.compile(
    rf"(?:有效期(?:限)?(?:自[^。；，,\n]{{2,20}}起(?:计算)?)?|试行期(?:限)?|施行期(?:限)?|试行)(?:为|暂定|是|：|:)?\s*(?P<n>{_NUMBER})\s*(?P<unit>个月|年)"
)
#: A sentence about something else's validity: a permit, a certificate, an offer.
_OTHER_THING = re.compile(
    r"(?:证|许可|执照|合同|协议|资格|凭证|签证|批准|承诺|备案|登记|房票|预约|报告|名单)[^。；]{0,12}$"
)
_SENTENCE = re.compile(r"[^。；\n]*[。；]?")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text says about its own force. `until` counts its last day in."""

    effective_on: dt.date | None = None
    effective_rule: str = ""
    until: dt.date | None = None
    validity_text: str = ""
    months: int | None = None


def _sentence_around(text: str, start: int) -> str:
    begin = max(text.rfind(mark, 0, start) for mark in "。；\n") + 1
    match = _SENTENCE.match(text, begin)
    return match.group().strip()[:500] if match else ""


def _last(pattern: re.Pattern[str], text: str, *, skip_other: bool = False) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        if skip_other and _OTHER_THING.search(text[max(0, match.start() - 24) : match.start()]):
            continue
        found = match
    return found


def read_terms(text: str) -> Terms:
    """Terms stated in `text`; the last statement counts, because it stands at the end of a text."""
    effective = _last(_EFFECTIVE, text)
    rule = _last(_RULE, text)
    effective_on = parse_date(effective["date"]) if effective else None
    until_match = _last(_UNTIL, text, skip_other=True)
    for_match = _last(_FOR, text, skip_other=True)
    months: int | None = None
    if for_match:
        number = to_int(for_match["n"])
        months = number * (12 if for_match["unit"] == "年" else 1) if number and number <= 600 else None
    until = parse_date(until_match["date"]) if until_match else None
    where = until_match if until else (for_match if months else None)
    return Terms(
        effective_on=effective_on,
        effective_rule=rule.group() if rule and not effective_on else "",
        until=until,
        validity_text=_sentence_around(text, where.start()) if where else "",
        months=months,
    )


def last_day(effective_on: dt.date, months: int) -> dt.date:
    """The last day of a term of `months` that begins on `effective_on`: five years from 1 March end on 28 February."""
    end = add_years(effective_on, months // 12) if months % 12 == 0 else add_months(effective_on, months)
    return end - dt.timedelta(days=1)


def resolve(
    terms: Terms, *, adopted_on: dt.date | None, published_on: dt.date | None
) -> tuple[dt.date | None, dt.date | None]:
    """(effective_on, valid_until) with 自印发之日起 and 有效期N年 worked out where the dates for it are known."""
    effective_on = terms.effective_on
    if effective_on is None and terms.effective_rule:
        by_publication = re.search(r"发布|公布|颁布|公告", terms.effective_rule)
        effective_on = (published_on or adopted_on) if by_publication else (adopted_on or published_on)
    until = terms.until
    if until is None and terms.months and effective_on:
        until = last_day(effective_on, terms.months)
    return effective_on, until


__all__ = ["Terms", "find_dates", "last_day", "read_terms", "resolve"]
