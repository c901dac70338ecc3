"""Text typed by people, made safe and readable for a page (decision 7: citizens' text is plain text)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import MutableMapping

from bleach.linkifier import Linker
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

#: Kept although they are control characters: they are how plain text is laid out.
_LAYOUT = frozenset("\n\t")
#: Invisible or direction-changing although Unicode does not class all of them as controls.
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\ufeff")
#: Cc control, Cf format (zero width, bidi), Co private use, Cs lone surrogate, Cn unassigned.
_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_LINE_BREAKS = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
#: Stacked combining marks ("zalgo") spill over neighbouring lines; no script needs more than three.
_STACKED_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+"
)
#: An address ends where ASCII ends: Chinese text follows a link without a space.
_URL = re.compile(
    r"(?<![A-Za-z0-9_@./-])https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:[/?#][!#-;=?-Z_a-z~]*)?",
    re.IGNORECASE,
)
_Attributes = MutableMapping[tuple[str | None, str], str]
_REL = "nofollow ugc noopener"
#: The surnames of two characters that are common enough to be met.
_COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "端木",
        "百里",
        "呼延",
        "南宫",
        "独孤",
        "长孙",
        "宇文",
        "歐陽",
        "司馬",
        "諸葛",
        "東方",
    ]
)


def neutralise(text: str) -> str:
    """`text` without characters that hide, reorder or disguise other characters; line breaks become `\\n`.

    Nothing a reader could see is lost, apart from the joints of compound emoji.
    """
    text = _LINE_BREAKS.sub("\n", text)
    kept = "".join(
        char
        for char in text
        if char in _LAYOUT
        or (char not in _INVISIBLE and unicodedata.category(char) not in _HARMFUL_CATEGORIES)
    )
    return _STACKED_MARKS.sub(r"\1", kept)


def _link_attributes(attrs: _Attributes, new: bool = False, /) -> _Attributes | None:
    """bleach callback: only links made here, only to http(s), always marked as a stranger's."""
    href = attrs.get((None, "href"), "")
    if not new or not href.lower().startswith(("http://", "https://")):
        return None
    attrs[(None, "rel")] = _REL
    return attrs


def plaintext_html(text: object) -> SafeString:
    """Escaped `text` in which http(s) addresses are links; the only tag it can contain is `a`.

    Line breaks stay line breaks: show it in an element of class `plaintext`.
    """
    # The stubs do not know that a callback may answer None, which bleach documents as "no link".
    linker = Linker(callbacks=[_link_attributes], url_re=_URL)  # type: ignore[list-item]
    return mark_safe(linker.linkify(escape(neutralise(str(text or "")))))  # noqa: S308 - escaped on this line


def paragraphs_html(text: object) -> SafeString:
    """One `<p>` for every line of `text` that is not blank; everything is escaped."""
    lines = (line.strip() for line in neutralise(str(text or "")).split("\n"))
    return mark_safe("\n".join(f"<p>{escape(line)}</p>" for line in lines if line))  # noqa: S308 - escaped on this line


def masked_name(name: object) -> str:
    """The name as shown in public: surname or first letter, then `**` whatever the length (decision 10)."""
    cleaned = " ".join(neutralise(str(name or "")).split())
    if not cleaned:
        return _("匿名")
    if cleaned[:2] in _COMPOUND_SURNAMES and len(cleaned) > 2:
        return f"{cleaned[:2]}**"
    return f"{cleaned[0]}**"
