"""The title of a text: stated by the page, or standing in its first lines, sometimes broken over several or run into the next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.archive.numbers import parse_number, simplify
from search.archive.recognise.bodies import RULE_GENRES, genre_of, looks_like_body

#: How far down a title may stand, and how many lines it may be broken over.
_LOOK_AT, _BROKEN_OVER = 24, 4
_SITE_SUFFIX = re.compile(r"_[^_]{0,30}(?:_[^_]{0,30})*$")
#: Between a title and the column and site after it.
_COLUMNS = re.compile(r"\s+[-–—]\s+|\s*[|｜]\s*")
#: What a page is called when it is called like the whole site, or like nothing.
_SITE_NAME = re.compile(
    r"[^，。《》]{0,30}(?:网|网站|门户|平台|政府|公众号|客户端)|[^，。《》]{0,8}(?:详情|详细|内容|正文)页?|首页|无标题|政策文件|"
    r"信息公开|通知公告|规范性文件|untitled.{0,20}|document|index",
    re.I,
)
_HASH_SUFFIX = re.compile(r"-[0-9a-f]{8,}$")
_RUN_ON = re.compile(
    r"^(?P<title>[^。；]{0,120}?关于[^。；]{2,120}?的(?:补充|紧急|实施|指导)?(?:通知|意见|通告|公告|决定|批复|函|通报|复函|请示))"
    r"(?P<rest>[^》”〉>（(\s，,。、].{4,})$"
)
_HEAD_LINE = re.compile(r"(?:^|\S)文件$|^文件|来源|发布时间|位置|^(?:特|加|平)急")
_FORBIDDEN = re.compile(
    r"[。；;！？!?]|^[（(]|[:：]$|^第[一二三四五六七八九十\d]+[条章]|^[一二三四五六七八九十]{1,3}、|^附件|^目\s*录|^\d"
)


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """A title, how sure it is (0-1), and the lines of the text it takes up: [first, last)."""

    title: str
    confidence: float
    first: int = 0
    last: int = 0
    rest: str = ""


def tidy_title(raw: str) -> str:
    """`raw` without the site's name, the hash of a download, an outer pair of 《》 and doubled spaces."""
    title = re.sub(r"(?<=关于) +", "", re.sub(r"[\s\u3000]+", " ", raw).strip())
    title = _SITE_SUFFIX.sub("", _HASH_SUFFIX.sub("", title)).strip()
    first, *behind = _COLUMNS.split(title)
    if behind and is_title(first):
        title = first
    if title.startswith("《") and title.endswith("》") and title.count("《") == 1:
        title = title[1:-1]
    return re.sub(r"(?<=[㐀-鿿]) (?=[^\u4e00-\u9fff])|(?<=[^\u4e00-\u9fff]) (?=[㐀-鿿])", "", title).strip()


def names_a_site(title: str, site: str = "") -> bool:
    """True when `title` is the name of a site, a column or a body, and so of no document on it."""
    plain = simplify(title.strip())
    return bool(plain) and (
        plain == simplify(site.strip()) or bool(_SITE_NAME.fullmatch(plain)) or looks_like_body(plain)
    )


def is_title(line: str) -> bool:
    """True when `line` reads as the title of a normative document: it ends in a genre and says about what."""
    if len(line) > 1_000:
        return False
    plain = simplify(line.strip())
    if not 4 <= len(plain) <= 150 or _FORBIDDEN.search(plain):
        return False
    if plain.endswith(("令", "公告", "通告")) and "关于" not in plain:
        return False  # the head of an order (云岭省人民政府令), not its title
    genre = genre_of(plain)
    return bool(genre) and ("关于" in plain or genre in RULE_GENRES or len(plain) >= 8)


def _same(one: str, other: str) -> bool:
    if len(one) > 2 * len(other) + 100:
        return False
    strip = str.maketrans("", "", " \u3000\u00a0《》“”\"'()（）")
    return simplify(one).translate(strip) == simplify(other).translate(strip)


def locate(title: str, lines: list[str]) -> tuple[int, int]:
    """[first, last) of the lines among the first ones that spell out `title`, its repetitions included; (0, 0) if none."""
    first = last = -1
    index = 0
    while index < min(len(lines), _LOOK_AT):
        for length in range(1, _BROKEN_OVER + 1):
            if _same("".join(lines[index : index + length]), title):
                first = index if first < 0 else first
                last = index + length
                break
        index = last if last > index else index + 1
        if first >= 0 and index > last + 6:
            break
    return (first, last) if first >= 0 else (0, 0)


def find_title(lines: list[str]) -> FoundTitle | None:
    """The title among the first lines of a text, or None."""
    best: FoundTitle | None = None
    for index in range(min(len(lines), _LOOK_AT)):
        run_on = _RUN_ON.match(lines[index])
        if run_on and len(lines[index]) > len(run_on["title"]) + 4 and is_title(run_on["title"]):
            best = FoundTitle(run_on["title"], 0.7, index, index, run_on["rest"])
            break
        for length in range(1, _BROKEN_OVER + 1):
            joined = "".join(lines[index : index + length])
            if index + length <= len(lines) and is_title(joined) and _broken(lines[index : index + length]):
                best = FoundTitle(joined, 0.9 if length == 1 else 0.8, index, index + length)
                break
        if best:
            break
    if best is None:
        return None
    first, last = locate(best.title, lines)
    if best.rest:
        return best
    return FoundTitle(
        tidy_title(best.title),
        best.confidence,
        min(best.first, first) if last else best.first,
        max(best.last, last),
    )


def _broken(parts: list[str]) -> bool:
    """Only short lines can be pieces of one title; a single line may be long."""
    if any(_HEAD_LINE.search(simplify(p)) or parse_number(p) for p in parts):
        return False
    return len(parts) == 1 or all(len(p) <= 45 for p in parts)


def title_from_name(name: str) -> str:
    """The title a file is named after, without extension, hash and ordering number; "" when the name is no title."""
    stem = tidy_title(re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name.rsplit("/", 1)[-1]))
    stem = re.sub(r"[（(]\d{4}-\d\d-\d\d[)）]$", "", stem)
    return stem if is_title(stem) or (genre_of(stem) and len(stem) >= 4 and not re.match(r"\d", stem)) else ""
