"""Numbers that Word sets by itself (第一条, 一、, (1)): they stand in no paragraph's text, so they are counted as Word does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from search.archive.numerals import to_chinese

_VAL, _ILVL, _NUM_ID, _ABSTRACT = qn("w:val"), qn("w:ilvl"), qn("w:numId"), qn("w:abstractNumId")
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def _roman(number: int) -> str:
    out = ""
    for value, sign in _ROMAN:
        while number >= value:
            out, number = out + sign, number - value
    return out


def _letter(number: int) -> str:
    """a … z, then aa, bb: Word repeats the letter."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letter, "upperLetter": lambda n: _letter(n).upper(), "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(), "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
    "decimalZero": lambda n: f"{n:02d}", "chineseLegalSimplified": lambda n: to_chinese(n).translate(_FORMAL),
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand",
                     "taiwaneseCounting", "ideographDigital"), to_chinese),
}  # fmt: skip


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    behind: str = "tab"

    def write(self, number: int) -> str:
        writer = _FORMATS.get(self.form)
        return writer(number) if writer and 0 < number < 10_000 else str(number)


def _value(node: Any, name: str, default: str = "") -> str:
    found = node.find(qn(f"w:{name}")) if node is not None else None
    return str(found.get(_VAL) or default) if found is not None else default


def _number(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else default


def _levels(definition: Any) -> dict[int, _Level]:
    return {
        _number(node.get(_ILVL) or ""): _Level(
            _number(_value(node, "start"), 1), _value(node, "numFmt", "decimal"), _value(node, "lvlText"),
            _value(node, "suff", "tab"),
        )
        for node in definition.iter(qn("w:lvl"))
    }  # fmt: skip


class Numbering:
    """Counts through one document; `label` is to be asked of each paragraph once, in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        lists = {} if numbering is None else {
            node.get(_ABSTRACT): _levels(node) for node in numbering.findall(qn("w:abstractNum"))
        }  # fmt: skip
        nums = [] if numbering is None else numbering.findall(qn("w:num"))
        #: List -> which counter it shares, and its levels.
        self._lists = {n.get(_NUM_ID): self._list(n, lists) for n in nums}
        self._styles = {} if styles is None else {
            node.get(qn("w:styleId")): node for node in styles.findall(qn("w:style"))
        }  # fmt: skip
        self._counts: dict[str, dict[int, int]] = {}

    @staticmethod
    def _list(node: Any, lists: dict[str, dict[int, _Level]]) -> tuple[str, dict[int, _Level]]:
        name = _value(node, "abstractNumId")
        levels = dict(lists.get(name, {}))
        replaced = node.findall(qn("w:lvlOverride"))
        for override in replaced:
            index = _number(override.get(_ILVL) or "")
            levels.update(_levels(override))
            start = _value(override, "startOverride")
            if start and index in levels:
                old = levels[index]
                levels[index] = _Level(_number(start, 1), old.form, old.pattern, old.behind)
        # A list that starts anew counts by itself, others of one definition go on where the last one stopped.
        return (f"num {node.get(_NUM_ID)}" if replaced else name), levels

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """(list, level) of a paragraph, by itself or by its style; ("", 0) without a number."""
        properties = paragraph.find(qn("w:pPr"))
        number = properties.find(qn("w:numPr")) if properties is not None else None
        level = _value(number, "ilvl")
        style = _value(properties, "pStyle")
        for _step in range(10):
            if number is not None and _value(number, "numId"):
                return _value(number, "numId"), _number(level or _value(number, "ilvl"))
            node = self._styles.get(style)
            if node is None:
                break
            inner = node.find(qn("w:pPr"))
            number = inner.find(qn("w:numPr")) if inner is not None else None
            style = _value(node, "basedOn")
        return "", 0

    def label(self, paragraph: Any) -> str:
        """The number in front of `paragraph` as Word shows it, with the space behind it; "" when it has none."""
        name, level = self._place(paragraph)
        counter, levels = self._lists.get(name, ("", {}))
        if level not in levels:
            return ""
        counts = self._counts.setdefault(counter, {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        own = levels[level]
        if own.form in ("bullet", "none"):
            return ""

        def written(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            above = levels.get(index, _Level())
            return above.write(counts.get(index, above.start))

        text = re.sub(r"%([1-9])", written, own.pattern)
        # 一、 and （一） stand close to what follows.
        close = own.behind == "nothing" or text.endswith(("、", "）", "．"))
        return text + ("" if close or not text else " ")
