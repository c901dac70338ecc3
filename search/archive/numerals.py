"""Chinese and Arabic numerals as legal texts write them: 第七十四号, 二○○三年, 第一千二百六十条."""

from __future__ import annotations

import unicodedata

#: ○ (U+25CB), 〇 (U+3007) and 零 all stand for nought in dates; Ｏ and O are what OCR makes of them.
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "◯": 0, "О": 0, "Ｏ": 0, "O": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5,
    "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
_SHORTHANDS = {"廿": "二十", "卅": "三十"}

#: Character class of everything `to_int` reads, for use inside regular expressions.
NUMERAL_CLASS = "0-9０-９零〇○◯一二三四五六七八九十百千两廿卅"


def to_int(numeral: str) -> int | None:
    """`numeral` in Arabic (any width), positional (二○○三) or additive (七十四) form as an int; None if it is none."""
    text = unicodedata.normalize("NFKC", numeral.strip())
    for short, full in _SHORTHANDS.items():
        text = text.replace(short, full)
    if not text or len(text) > 12:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    if all(c in _DIGITS or (c.isascii() and c.isdigit()) for c in text):
        return int("".join(c if c.isascii() and c.isdigit() else str(_DIGITS[c]) for c in text))
    return _additive(text)


def _additive(text: str) -> int | None:
    total, section, digit = 0, 0, None
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = total + (section + (digit or 0)) * 10_000, 0, None
        elif char in _UNITS:
            # 十二 leaves the leading one out; 百二 does not occur.
            section += (1 if digit is None else digit) * _UNITS[char]
            digit = None
        else:
            return None
    return total + section + (digit or 0)


def to_chinese(number: int) -> str:
    """`number` (1-9999) in the additive form used for articles: 12 -> 十二, 105 -> 一百零五."""
    if not 0 < number < 10_000:
        raise ValueError(number)
    out, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if pending_zero and out else "") + "零一二三四五六七八九"[digit] + name
            pending_zero = False
        elif out:
            pending_zero = True
    return out.removeprefix("一") if out.startswith("一十") else out
