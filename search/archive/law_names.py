"""Names of laws in running text without 《》: 依照刑法第三百条, 税收征管法第五十四条, 按照民法典的有关规定."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from search.archive.numerals import NUMERAL_CLASS
from search.archive.titles import title_key

_HAN = "㐀-鿿"
#: Words after which the name of a law begins. What stands before a name is one of these or no Chinese character.
_STARTERS = (
    "违反", "根据", "依照", "按照", "依据", "遵照", "参照", "遵守", "适用", "符合", "不符合", "属于", "构成", "触犯", "对照", "执行",
    "实施", "贯彻", "行使", "当事人", "按", "依", "以及", "或者", "和", "与", "及", "或", "由", "以", "是", "对", "在", "除", "为", "同", "将", "其", "即",
    "把", "于", "从", "犯", "有", "据", "经", "等", "后", "前", "我国", "国家", "关于", "不服", "所称", "照", "的", "定", "告知", "知道", "取消", "涉及", "援引", "引用", "约定", "者", "人", "院", "关", "律",
)  # fmt: skip
_BEFORE = re.compile(rf"(?:^|[^{_HAN}]|{'|'.join(sorted(_STARTERS, key=len, reverse=True))})$")
#: What may follow the whole name; 公司法定代表人 and 刑法学 are not citations.
_AFTER = re.compile(
    r"(?=第|原第|[^㐀-鿿]|$|的|等|规定|有关|相|关于|和|及|以|与|或|中|所|对|之|修正案|总则|分则|施行|实施|及其|未|没|另|办理|处理|处罚|追究|执行|没有|或者)"
)
_NAMED_ARTICLE = re.compile(
    rf"(?P<name>[{_HAN}]{{2,24}}?(?:法典|通则|法|条例))》?(?=原?第[{NUMERAL_CLASS}]{{1,9}}[条章编])"
)
_NAMED_RULES = re.compile(
    rf"(?:依照|按照|根据|违反|依据|适用)(?P<name>[{_HAN}]{{2,20}}?(?:法典|通则|法))(?=(?:的?(?:有关|相关)?规定|和本|以及本|及本))"
)
_CUT = re.compile(
    r"^.*(?:违反|根据|依照|按照|依据|遵照|参照|适用|符合|属于|构成|触犯|告知|取消|涉及|援引|引用|以及|或者|当事人|对照|认为|认定|行使|所称|不服|作为|就|即|为|由|以|按|在|除|对|与|的|是|及|或|和(?!国)|、)"
)
#: 专利法、商标法、著作权法: in a list of laws.
_LISTED = re.compile(
    rf"(?<=[法典]、)(?P<name>[{_HAN}]{{2,12}}法)(?=、[{_HAN}]{{2,12}}法|等(?:法律|规定|有关))"
)
#: 本法, 该条例, 上述办法, 税法 in general: no name of one law.
_NO_NAME = re.compile(
    r"^(?:.*(?:本|该)|此|其|上述|前述|有关|相关|新|旧|原|各|国家|行政|地方性?|司|非|合|违|依|执|立|守|办|方|做|无|税|国|民|军|宪|刑)?(?:法|条例|法典|通则)$|法律、?法|(?:法律|法规|司法|执法|立法|合法|依法|非法|办法|方法|违法|做法|本法|该法|宪法和法)$|法法$|人民法"
)
#: Short names that are whole ones all the same.
_TRUE_SHORT = frozenset({"刑法", "宪法", "民法典", "民法通则"})


@lru_cache(maxsize=4)
def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    usable = sorted((n for n in names if len(n) >= 2), key=lambda n: (-len(n), n))
    return re.compile("|".join(map(re.escape, usable))) if usable else None


def find_law_names(
    text: str, known: frozenset[str], defined: Collection[str] = ()
) -> Iterator[tuple[int, int, str]]:
    """Spans of laws named without 《》. `known`: names of laws in the archive, `defined`: short names this text defines."""
    for names in (known, frozenset(defined)):
        pattern = _pattern(names)
        for match in pattern.finditer(text) if pattern else ():
            before = text[max(0, match.start() - 4) : match.start()]
            if (
                _BEFORE.search(before)
                and _AFTER.match(text, match.end())
                and not before.endswith(("本", "该"))
            ):
                yield match.start(), match.end(), match[0]
    for pattern in (_NAMED_ARTICLE, _NAMED_RULES, _LISTED):
        for match in pattern.finditer(text):
            name, start = match["name"], match.start("name")
            if cut := _CUT.match(name):
                name, start = name[cut.end() :], start + cut.end()
            if name in _TRUE_SHORT or (len(name) >= 3 and not _NO_NAME.search(name)):
                yield start, start + len(name), name


def short_names(titles: Collection[str]) -> frozenset[str]:
    """The names by which laws with these titles are called in running text."""
    keys = {title_key(t) for t in titles}
    return frozenset(
        k for k in keys if 2 <= len(k) <= 24 and (k.endswith(("法", "法典", "通则")) or k in _TRUE_SHORT)
    )
