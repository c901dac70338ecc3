"""Titles as keys: what the spellings of one title share, so that a citation finds its document by one indexed look-up.

《中华人民共和国停车法》, 《停车法（2020年修订）》 and 停 车 法 have the key 停车法; the issuer before 关于 is kept apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from search.archive.numbers import simplify

#: Columns of keys are this long; a longer title is cut, on both sides alike.
KEY_LENGTH = 160
_SPACE = re.compile(r"[\s　\u200b-\u200f\ufeff]+")
_MARKS = re.compile(r"[《》〈〉<>“”\"‘’'「」『』]")
#: What a version adds at the end of a title. （一） and （2025—2027年） stay: they tell documents apart.
_VERSION = re.compile(
    r"\((?:[^()]{0,24}(?:试行|暂行|修订稿?|修正案?文?本?|修改稿?|征求意见稿|草案|送审稿)|[^()]{2,60}号(?:令|公布|发布|印发|文印发)?"
    r"|(?:19|20)\d\d年?(?:修[订正改])?(?:版|本)?)\)$"
)
_DRAFT = re.compile(r"征求意见稿|公开征求意见|草案(?!案)")
_BODY = r"(?:院|会|部|局|行|厅|府|委|署|办|室|中心|小组|联席会议|司令部|集团|公司|社)"
_PREFIX = re.compile(rf"^(?P<issuer>[^《》]{{1,80}}?{_BODY})(?P<rest>关于.+)$")
_CARRIES = re.compile(
    r"(?:印发|发布|公布|颁布|下发|颁发|批转|转发)(?P<marked>《.+》|〈.+〉)(?:等.{0,12})?(?:的|\(|$)"
)
_CARRIES_PLAIN = re.compile(r"关于(?:印发|发布|公布|下发)(?P<plain>[^《》〈〉]{4,80}?)的(?:通知|公告|通告)")
_PLAIN_ISSUE = re.compile(r"关于印发(?P<plain>[^《》〈〉]{4,80}?)(?:的通知)?$")


def clean(title: str) -> str:
    """`title` without spaces, in half width and simplified characters."""
    return _SPACE.sub("", simplify(unicodedata.normalize("NFKC", title)))


@lru_cache(maxsize=32_768)
def exact_key(title: str) -> str:
    """`title` without spaces and marks: equal for two ways of printing one and the same title."""
    return _MARKS.sub("", clean(title))[:KEY_LENGTH]


@lru_cache(maxsize=32_768)
def title_key(title: str) -> str:
    """What the spellings, versions and issuer prefixes of one title share; "" for a title of nothing but marks."""
    text = without_issuer(_MARKS.sub("", clean(title)))
    while (match := _VERSION.search(text)) and match.start() >= 2:
        text = text[: match.start()]
    short = text.replace("中华人民共和国", "")
    return (short if len(short) >= 2 else text)[:KEY_LENGTH]


def without_issuer(text: str) -> str:
    """关于… without the body before it."""
    match = _PREFIX.match(text)
    return match["rest"] if match else text


def issuer_in(title: str) -> str:
    """The body a title starts with (最高人民法院 in 最高人民法院关于…); "" when it starts with none."""
    match = _PREFIX.match(_MARKS.sub("", clean(title)))
    return match["issuer"] if match else ""


def is_draft(title: str) -> bool:
    """True for a title that calls its document a draft for comment."""
    return bool(_DRAFT.search(title))


@lru_cache(maxsize=8_192)
def carried_key(title: str) -> str:
    """The key of the text a document carries: 办法 in 关于印发《办法》的通知, 民法典 in 民法典·继承编; else ""."""
    text = clean(title)
    if match := _CARRIES.search(text):
        return title_key(_outer(match["marked"]))
    if match := _CARRIES_PLAIN.search(text) or _PLAIN_ISSUE.search(text):
        return title_key(match["plain"])
    whole, dot, _part = text.partition("·")
    return title_key(whole) if dot and len(whole) > 2 else ""


def _outer(marked: str) -> str:
    """The first title of 《甲》和《乙》, with the titles nested in it."""
    depth = 0
    for index, char in enumerate(marked):
        depth += (char in "《〈") - (char in "》〉")
        if depth == 0:
            return marked[1:index]
    return marked[1:-1]


def keys_of(title: str) -> dict[str, str]:
    """The key columns of a document with this title."""
    return {"title_key": title_key(title), "carried_key": carried_key(title)}
