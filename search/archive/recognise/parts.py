"""The formal parts around a text: number, labels of a metadata block, addressees, signature, history."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import zip_longest

from search.archive.numbers import DocumentNumber, find_numbers, parse_number, simplify
from search.archive.recognise.bodies import looks_like_body
from search.archive.recognise.dates import find_dates

_HEAD, _TAIL = 30, 14  # lines
#: Lines and characters of a note in brackets under the title: a law amended a dozen times tells of each.
_NOTE_LINES, _NOTE_CHARACTERS = 40, 3_000
_LABELS = {
    "发文字号": "number", "发布文号": "number", "文号": "number", "发文机关": "issuer", "发布部门": "issuer", "发布机构": "issuer",
    "制定机关": "issuer", "制发单位": "issuer", "颁布单位": "issuer", "成文日期": "adopted_on", "发布日期": "published_on", "发文日期": "published_on",
    "颁布日期": "published_on", "公布日期": "published_on", "生效日期": "effective_on", "实施日期": "effective_on",
    "施行日期": "effective_on", "失效日期": "valid_until", "索引号": "index_number", "主题分类": "subject", "登记号": "registration_number",
    "状态": "status", "时效性": "status", "标题": "title", "公文种类": "genre", "来源": "source_name", "主题词": "keywords",
}  # fmt: skip
_SPACED = {name: r"[\s\u3000]*".join(name) for name in _LABELS}
_LABEL = re.compile(
    r"[\[【]?(?P<label>"
    + "|".join(_SPACED[n] for n in sorted(_LABELS, key=len, reverse=True))
    + r")[\]】]?\s*[:：\]】]\s*"
)
_BRACKETED_LABEL = re.compile(
    r"[\[【](?P<label>" + "|".join(sorted(_LABELS, key=len, reverse=True)) + r")[\]】]\s*"
)
_OTHER_LABEL = re.compile(r"^\[[\u4e00-\u9fff]{2,8}\]\s*\S{0,40}$")
#: A title with the number right behind it on one line.
_TITLE_THEN_NUMBER = re.compile(
    r"关于[^《》。]{4,}的(?:通知|意见|决定|批复|通告|公告|函)\s*[（(]?[^（()）的，。]{2,16}?〔?[\[（(〔]?\d{4}"
)
_RED_HEAD = re.compile(
    r"^(?:特急|加急|特提|平急|急件|文件|.{2,80}文件|内部发送.*|信息公开选项.*|公开方式.*|主动公开.{0,6}|依申请公开.{0,6}|抄\s*送.*|主题词.*)$"
)
_ADDRESSEES = re.compile(
    # 三亚市、六安市、十堰市 begin with a numeral, too.
    r"^(?![（(\d]|[一二三四五六七八九十]{1,3}[、，,．.是要为）)]|第[一二三四五六七八九十百\d]{1,4}[条章节款项])(?!.*(?:如下|通知|决定|意见|规定|符合|下列|包括|以下|来源|作者|时间|坚持|做到))[^。]{2,400}[:：]$"
)
_TO_WHOM = re.compile(r"各|有关|委员|同志|人民政府|分行|局|厅|院$|公司|办公")
_EVENT = re.compile(r"[12１２][0-9０-９]{3}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日")
_ORDER_HEAD = re.compile(r"(?:令|公告)\s*$")
_ORDER_TAIL = re.compile(r"^[（(]?第\s*[0-9０-９零〇○一二三四五六七八九十百]+\s*号[)）]?$")
_ISSUING_HEAD = re.compile(r"^(.{2,60}?)\s*文件$")
_NOTE_OPENS = re.compile(rf"[(（]\s*{_EVENT.pattern}")
_OPENING, _CLOSING = re.compile(r"[(（]"), re.compile(r"[)）]")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]{1,5}[条章]")
_EVENT_VERB = re.compile(r"通过|批准|公布|发布|修正|修订|修改|施行|废止|颁布|印发")


@dataclass(slots=True)
class Parts:
    """What was found, and which lines are taken up by it."""

    number: DocumentNumber | None = None
    labels: dict[str, str] = field(default_factory=dict)
    addressees: str = ""
    red_head: str = ""
    signed_by: list[str] = field(default_factory=list)
    signed_on: dt.date | None = None
    noted_on: dt.date | None = None
    history: list[dict[str, str]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def _labels_in(line: str) -> dict[str, str]:
    plain = simplify(line)
    found: dict[str, str] = {}
    for pattern in (_BRACKETED_LABEL, _LABEL):
        matches = list(pattern.finditer(plain))
        for match, following in zip_longest(matches, matches[1:]):
            end = following.start() if following else len(plain)
            value = line[match.end() : end].strip(" \u3000;；,，|-")
            name = _LABELS.get(re.sub(r"[\s\u3000]+", "", match["label"]))
            if name and value:
                found.setdefault(name, value[:200])
        if found:
            break
    return found


def _read_head(lines: list[str], parts: Parts, title_end: int) -> None:
    for index, line in enumerate(lines[:_HEAD]):
        if index in parts.taken:
            continue
        plain = simplify(line)
        labels = _labels_in(line) if len(line) < 260 else {}
        starts = _LABEL.match(plain) or _BRACKETED_LABEL.match(plain)
        if _OTHER_LABEL.match(plain):
            parts.taken.add(index)
        if labels and (len(labels) > 1 or starts):
            for name, value in labels.items():
                parts.labels.setdefault(name, value)
            parts.taken.add(index)
            continue
        if parts.number is None and len(line) <= 80:
            _read_number(lines, index, parts)
        if _RED_HEAD.match(plain) and len(line) < 60:
            parts.taken.add(index)
            head = _ISSUING_HEAD.match(plain)
            if head and looks_like_body(head[1]) and not parts.red_head:
                parts.red_head = head[1]
        if index < title_end + 8:
            _read_note(lines, index, parts)
        if (
            not parts.addressees
            and index >= title_end
            and index < title_end + 10
            and _ADDRESSEES.match(line)
            and _TO_WHOM.search(line)
        ):
            parts.addressees = line[:-1].strip()
            return


def _read_number(lines: list[str], index: int, parts: Parts) -> None:
    """A line that is a number, or an order whose number stands on a line of its own (国务院令 / 第706号)."""
    line = lines[index]
    number = parse_number(line)
    if (
        number is None
        and _ORDER_HEAD.search(line)
        and index + 1 < len(lines)
        and _ORDER_TAIL.match(lines[index + 1])
    ):
        number = parse_number(line + lines[index + 1])
    if number is None and _TITLE_THEN_NUMBER.search(simplify(line)):
        number = next((f.number for f in find_numbers(line) if f.end == len(line)), None)
        if number:
            parts.number = number
        return
    if number:
        parts.number = number
        if number.form.value in ("standard", "telegram"):
            parts.taken.add(index)


def _read_note(lines: list[str], index: int, parts: Parts) -> None:
    """A date or the history of the text in brackets under the title, on one line or broken over several."""
    end = _end_of_note(lines, index)
    line = "".join(lines[index:end])
    dates = find_dates(line)
    if not dates or len(line) > (_NOTE_CHARACTERS if line[0] in "(（" else 1_200):
        return
    if re.fullmatch(r"[(（]?\s*" + re.escape(dates[0].raw) + r"\s*[)）]?", line.strip()):
        parts.noted_on = dates[0].day
        parts.taken.update(range(index, end))
    elif _EVENT_VERB.search(line) and (line[0] in "(（" or _EVENT.match(line)) and not parts.addressees:
        parts.history.extend(_events(line))
        parts.taken.update(range(index, end))


def _end_of_note(lines: list[str], index: int) -> int:
    """Behind the line that closes the bracket opened before a date at `index`; behind `index` itself when none does."""
    if not _NOTE_OPENS.match(lines[index]):
        return index + 1
    depth = length = 0
    for at, line in enumerate(lines[index : index + _NOTE_LINES], start=index):
        depth += len(_OPENING.findall(line)) - len(_CLOSING.findall(line))
        length += len(line)
        if length > _NOTE_CHARACTERS or _ARTICLE.match(line):
            break
        if depth <= 0:
            return at + 1
    return index + 1


def _events(line: str) -> list[dict[str, str]]:
    text = line.strip("()（） ")
    starts = [m.start() for m in _EVENT.finditer(text) if not _inside_quotes(text, m.start())]
    events = []
    for start, end in zip_longest(starts, starts[1:], fillvalue=len(text)):
        words = text[start:end].strip(" \u3000;；,，")
        words = re.sub(r"[\s\u3000]*(?:根据|自|从)$", "", words)
        day = find_dates(words)
        if day and _EVENT_VERB.search(words):
            events.append({"date": day[0].day.isoformat() if day[0].day else "", "event": words[:300]})
    return events


def _inside_quotes(text: str, position: int) -> bool:
    before = text[:position]
    return before.count("《") > before.count("》")


def _read_signature(lines: list[str], parts: Parts, title_end: int) -> None:
    """The last line that is a date alone, and the bodies on the lines right above it."""
    for index in range(len(lines) - 1, title_end, -1):
        line = lines[index].strip()
        dates = find_dates(line)
        if not dates or len(line) > 90:
            continue
        before = line[: dates[0].start].strip(" \u3000")
        after = line[dates[-1].end :].strip(" \u3000。")
        between_days = len({found.day for found in dates}) > 1
        if after or between_days or (before and not looks_like_body(before)):
            continue
        bodies = [before] if before else []
        above = index - 1
        while above > title_end and looks_like_body(lines[above].strip()) and len(bodies) < 12:
            bodies.insert(0, lines[above].strip())
            above -= 1
        if bodies or index >= len(lines) - _TAIL:
            parts.signed_on = dates[0].day
            parts.signed_by = bodies
            return


def read_parts(lines: list[str], *, title_end: int) -> Parts:
    """The formal parts of a text whose title ends before line `title_end`."""
    parts = Parts()
    _read_head(lines, parts, title_end)
    for index, line in enumerate(lines[-_TAIL:], start=max(0, len(lines) - _TAIL)):
        labels = _labels_in(line) if len(line) < 260 else {}
        plain = simplify(line)
        if labels and (_LABEL.match(plain) or _BRACKETED_LABEL.match(plain)):
            for name, value in labels.items():
                parts.labels.setdefault(name, value)
            parts.taken.add(index)
    _read_signature(lines, parts, title_end)
    if parts.number is None and parts.labels.get("number"):
        parts.number = parse_number(parts.labels["number"])
    return parts
