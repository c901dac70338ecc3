"""What a sentence says about how much longer another document is in force: 有效期延长至…, 有效期延续5年, 继续有效.

Only statements about the whole document count, made outright: the words follow the title directly. What is asked for,
possible, told of the past, or said of a part (第五条有关政策, 其中…) is no statement. A wrong extension is worse than none.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from search.archive.numerals import to_int
from search.archive.recognise.dates import add_months, parse_date

_DIGITS = "0-9０-９零〇○一二三四五六七八九十"
#: 2027年底 is its last day, 2027年6月底 the month's.
_DAY = rf"[{_DIGITS}]{{2,5}}年(?:[{_DIGITS}]{{1,3}}月(?:[{_DIGITS}]{{1,3}}日|底)|底|年底)"
_ASIDE = r"(?:[（(][^（）()]{0,80}(?:[（(][^（）()]{0,40}[)）][^（）()]{0,40})?[)）])"
_TITLE = rf"《[^《》]{{1,200}}(?:《[^《》]{{1,200}}》[^《》]{{0,200}})*》{_ASIDE}{{0,3}}"
#: 《甲》（…）、《乙》等3个文件的: what may stand between the title and what is said of it.
_ON = (
    rf"(?:[，,]?以?下(?:统|合|并)?(?:简称|称)[^（）()]{{0,40}}[)）])?{_ASIDE}{{0,3}}(?:(?:[、，,和及与]|以及){_TITLE}){{0,60}}"
    rf"(?:等[{_DIGITS}两]{{0,5}}(?:件|个|部|份|项)?(?:[^，。；]{{0,6}}(?:文件|规章))?)?{_ASIDE}?的?[，,]?"
)
_TERM = r"(?:有效期限?|施行期限?|实施期限?|执行期限?|试行期限?|适用期限|执行(?:截止)?时间)"
_HOW = r"(?:统一|一并|相应|均|分别|予以|再|现|继续|同意|决定)*"
_LONGER = r"(?:延长|延续|顺延|延期|展期)"
_STILL = r"(?:继续|延续|延期|延长|顺延)(?:有效|执行|施行|实施|适用|试行)"
_AFTER = r"(?:(?:在)?(?:有效期|试行期)?(?:限)?(?:到期|届满|期满|期限届满)(?:之)?后[，,]?)?"
_FROM = rf"(?:[自从由](?P<since>{_DAY})(?P<onward>起|开始)?[，,]?)?"
_UNTIL = rf"(?:至|到|至到|截至|截止(?:至|到)?)(?P<until>{_DAY})"
_YEARS = rf"(?P<n>[{_DIGITS}两]{{1,3}})(?:个)?(?P<unit>年|月)"
_END = r"(?=止|[。；;，,、）)]|$)"

#: 有效期由…延长至…; 有效期再延长5年，至…止.
_OF_TERM = re.compile(
    rf"{_ON}{_FROM.replace('since', 'since0').replace('onward', 'onward0')}{_AFTER}"
    rf"(?:{_TERM}{_FROM}{_HOW}{_LONGER}|{_HOW}{_LONGER}{_TERM})(?:为)?"
    rf"(?:{_YEARS}(?:[，,]?(?:有效期)?(?:限)?(?:延长|延续)?{_UNTIL})?|{_UNTIL.replace('until', 'until1')})?{_END}"
)
#: 继续有效; 继续执行至…; 继续有效，有效期至….
_GOES_ON = re.compile(
    rf"{_ON}{_FROM}{_AFTER}{_HOW}{_STILL}(?:{_YEARS})?(?:[，,]?(?:{_TERM}{_HOW}(?:{_LONGER})?)?{_UNTIL})?{_END}"
)
#: 延长《甲》有效期至…
_VERB_BEFORE = re.compile(rf"{_LONGER}(?:了)?(?:对)?[^《》，。；]{{0,16}}$")
_OF_VERB = re.compile(
    rf"{_ON}(?:{_YEARS}{_TERM}|{_TERM}(?:{_UNTIL}|(?P<n2>[{_DIGITS}两]{{1,3}})(?:个)?(?P<unit2>年|月))?){_END}"
)
#: Asked for or put as a condition, anywhere in the sentence.
_ASKED = re.compile(r"如果?|若|拟|建议|申请|请求|征求|能否|是否|假如")
#: Possible, refused or told of the past, right before the title: nothing is extended by these words.
_NOT_OUTRIGHT = re.compile(r"可|应|须|讨论|研究|评估|曾|已|此前|前期|不|未|没有|禁止|原则上|除|暂|解读|提出")
#: 下列文件有效期延长至…：, and 继续有效的文件目录, above a list.
_LISTED = re.compile(r"(?:下列|以下)[^。，《》\n]{0,30}?(?:文件|规章|办法|政策|规定)(?P<said>.*)$")
_CATALOGUE = re.compile(
    r"(?:继续(?:有效|执行|施行)|有效期延[长续])[^。\n]{0,16}(?:目录|清单|文件|规定|规章|如下|下列)[^。\n]{0,20}$"
    r"|(?:下列|以下)[^。\n]{0,40}继续(?:有效|执行|施行)[^。\n]{0,20}$"
)
_ENDS = re.compile(r"废止|失效|停止执行")
_WORTH_READING = re.compile(r"延|展期|继续")
_NAMED = re.compile(_TITLE)
#: 自印发之日起…延长5年: from when the years are counted is not said.
_FROM_THE_ACT = re.compile(r"自[^，。]{0,20}(?:之日|即日)起")
_TITLE_VERB = re.compile(r"(?:延长|延续|顺延|延期)(?:执行|施行|实施)?[^《》〈〉]{0,10}$")
_TITLE_GOES_ON = re.compile(r"(?:继续|延期|延续|延长)(?:有效|执行|施行|实施)[^《》〈〉]{0,8}$")
_TITLE_TERM = re.compile(
    rf"[》〉]?{_ASIDE}?(?:等[^《》]{{0,12}})?的?(?:{_TERM}(?:延长|延续|顺延|延期)?|{_STILL})(?:的|$|[至到（(])"
)


@dataclass(frozen=True, slots=True)
class Extension:
    """How long the other document goes on, as far as the words say.

    `until`: the new last day. `months`: by how much the term grows. `after`: the last day it had until then, as this text
    believes. All empty: it goes on, for how long is not said (or in words that no calendar bears out).
    """

    until: dt.date | None = None
    months: int | None = None
    after: dt.date | None = None


def read_extension(before: str, behind: str) -> Extension | None:
    """What is said of a document named between `before` and `behind`, the parts of its sentence without spaces.

    None when the words do not say outright that the whole document goes on. Never raises; bounded by the sentence.
    """
    if not _WORTH_READING.search(behind) and not _WORTH_READING.search(before):
        return None
    # Words inside the titles of a list (《…暂行办法》、《…》) say nothing about this one.
    told = _NAMED.sub("", before)
    if before.count("“") > before.count("”") or _ASKED.search(told) or _NOT_OUTRIGHT.search(_turn(told)):
        return None
    if found := _OF_TERM.match(behind):
        since = ("since", "onward") if found["since"] else ("since0", "onward0")
        return _stated(found, before, since=since, untils=("until", "until1"), count=("n", "unit"))
    if found := _GOES_ON.match(behind):
        return _stated(found, before, since=("since", "onward"), untils=("until",), count=("n", "unit"))
    if _VERB_BEFORE.search(before) and (found := _OF_VERB.match(behind)):
        count = ("n", "unit") if found["n"] else ("n2", "unit2")
        return _stated(found, before, since=None, untils=("until",), count=count)
    return None


def extended_list(heading: str) -> Extension | None:
    """What a line says of the list under it; None when it opens no list of documents that go on."""
    words = heading.replace(" ", "").rstrip("：:。")
    if _ENDS.search(words):
        return None
    if (found := _LISTED.search(words)) and (said := read_extension(words[: found.start()], found["said"])):
        return said
    return Extension() if _CATALOGUE.search(words) and not _ASKED.search(words) else None


def extends_in_title(before: str, behind: str) -> bool:
    """True when a title says that the document named between `before` and `behind` goes on (关于延长《甲》有效期的通知)."""
    if _ASKED.search(before):
        return False
    if _TITLE_GOES_ON.search(before):
        return True
    return bool(_TITLE_TERM.match(behind)) and bool(
        _TITLE_VERB.search(before) or re.search(rf"{_LONGER}|{_STILL}", behind[:80])
    )


def _turn(before: str) -> str:
    """The part of a sentence that is about the document: 根据…, 经…评估，将《甲》 leaves 将."""
    return re.split(r"[，,：:]", before)[-1]


def _stated(
    found: re.Match[str],
    before: str,
    *,
    since: tuple[str, str] | None,
    untils: tuple[str, ...],
    count: tuple[str, str],
) -> Extension:
    raw = next((found[name] for name in untils if found[name]), "")
    until = _last_day_of(raw) if raw else None
    months = _months(found[count[0]], found[count[1]])
    from_raw = found[since[0]] if since else None
    start = _last_day_of(from_raw) if from_raw else None
    counted_from_act = _FROM_THE_ACT.search(before) and not raw
    if (raw and until is None) or (from_raw and start is None) or counted_from_act:
        return Extension()
    after = start
    if start and since and found[since[1]]:
        # 自2023年1月1日起延长: the day before was the last one.
        after = start - dt.timedelta(days=1)
    return Extension(until, months, after)


def _last_day_of(raw: str) -> dt.date | None:
    """The day `raw` names, the last one of a year or month it calls 底; None for a day no calendar has."""
    if not raw.endswith("底"):
        return parse_date(raw)
    year, _mark, rest = raw.partition("年")
    number, month = to_int(year), to_int(rest.partition("月")[0]) if "月" in rest else 12
    if number is None or month is None or not (1949 <= number <= 2199 and 1 <= month <= 12):
        return None
    return add_months(dt.date(number, month, 1), 1) - dt.timedelta(days=1)


def _months(number: str | None, unit: str | None) -> int | None:
    value = to_int(number.replace("两", "二")) if number else None
    if not value:
        return None
    months = value * (12 if unit == "年" else 1)
    # A term of more than thirty years is a slip of the reading, or of the pen.
    return months if months <= 360 else None
