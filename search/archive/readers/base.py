"""What every reader returns, and how it refuses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from search.archive.enums import Reason

#: Bytes above which a file is not read. A normative text has kilobytes; what is larger is something else.
READ_LIMIT = 64 * 1024 * 1024
#: Characters above which the text taken from a file is not believed.
TEXT_LIMIT = 8_000_000


class Unreadable(Exception):
    """A file cannot be read: `reason` for the list, the message for people."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(slots=True)
class Extract:
    """Text as paragraphs, one a line. `meta` holds what the file states about itself, under our own field names."""

    text: str
    origin: str
    media_type: str
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: Something of the file could not be read: what is here is a part of the text.
    partial: bool = False


# CJK radicals that NFKC leaves alone; the Kangxi block (U+2F00-2FD5) it folds.
_RADICAL_PAIRS = (
    "⺁厂⺅亻⺉刂⺋㔾⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗小⺘扌⺙攵⺛旡⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺬示⺭礻⺮竹⺯糸⺰纟⺱罓"
    "⺲罒⺳网⺶羊⺷羊⺸羊⺹耂⺻聿⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页"
    "⻛风⻜飞⻝食⻟食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
)
_RADICALS = str.maketrans(dict(zip(_RADICAL_PAIRS[::2], _RADICAL_PAIRS[1::2], strict=True)))
_KANGXI = re.compile(r"[\u2f00-\u2fd5]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
# Private use characters are the icons of web fonts.
_CONTROL = re.compile(r"[\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]+")


def fold_radicals(text: str) -> str:
    """Kangxi and CJK radicals, which pdf fonts use for ordinary characters, as those characters (⼈ -> 人, ⻚ -> 页)."""
    return _KANGXI.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text).translate(_RADICALS)


def tidy(text: str) -> str:
    """Line ends, odd spaces, invisible and control characters made plain; the words stay as they are."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = text.replace("\x0c", "\n").replace("\x85", "\n")
    text = _SPACES.sub(" ", _CONTROL.sub("", _INVISIBLE.sub("", text)))
    lines = (line.strip(" \u3000") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


_ENDS = re.compile(r"[。！？!?；;：:”’》」）)】〕]$")
STARTS_CLAUSE = re.compile(
    r"^(?:第[0-9零〇一二三四五六七八九十百千\s]{1,9}[编章节条]|[一二三四五六七八九十]{1,3}[、．]|[（(][一二三四五六七八九十0-9]{1,3}[)）]"
    r"|\d{1,3}[.、．]|附件|附录|目\s*录|[①-⑳])"
)


def join_wrapped(text: str, *, width: int | None = None) -> str:
    """Lines broken by the width of a printed page joined into paragraphs again.

    A line goes on in the next one when it is nearly as long as the page's longest lines, does not end a sentence, and the
    next does not start a clause.
    """
    lines = [line.strip() for line in text.split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = width or lengths[int(len(lengths) * 0.9)]
    out: list[str] = []
    previous_full = False
    for line in lines:
        if not line:
            previous_full = False
            continue
        if (
            out
            and previous_full
            and not STARTS_CLAUSE.match(line)
            and not _ENDS.search(out[-1])
            and "://" not in out[-1]
        ):
            latin = (
                out[-1][-1].isascii() and out[-1][-1].isalpha() and line[0].isascii() and line[0].isalpha()
            )
            out[-1] += (" " if latin else "") + line
        elif out and len(line) <= 3 and previous_full and not STARTS_CLAUSE.match(line):
            out[-1] += line
        else:
            out.append(line)
        previous_full = len(line) >= full * 0.8
    return "\n".join(out)
