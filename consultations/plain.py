"""Citizens' text: kept as typed, shown harmless (ADR 0007). Nothing here escapes HTML; the `plaintext` filter does that."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.home.text import masked_name

#: Controls of writing direction can make a text read otherwise than it is written: shown by name, so they act no more.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_BIDI_CONTROL = re.compile(f"[{_BIDI}]")
#: Characters without width hide text from search and from the eye; they are left out of what is shown.
_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: A joiner holds emoji together (families, professions); anywhere else it is a character without width.
_LONE_JOINER = re.compile(
    "(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
#: Marks piled on one letter spill over the lines around it.
_PILED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
#: A braille cell without dots counts as a symbol, but shows nothing.
_BLANK_SYMBOL = "\u2800"
_CONTROL_PICTURES = 0x2400
_FIRST_C1 = 0x7F
_DELETE_PICTURE = "\u2421"

MASK_ORGANISATION = "****"


def as_typed(text: str) -> str:
    """The form stored: NFC, line ends as \\n, otherwise exactly as typed.

    Raises ValidationError for what no database keeps and no keyboard types: NUL and lone surrogates.
    """
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValidationError(_("文字中含有无法保存的字符，请删去后再提交。"), code="unstorable")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def harmless(text: str) -> str:
    """The form shown: direction and control characters made visible, characters without width left out.

    Line breaks, tabs and emoji sequences stay. The result still has to be escaped. Idempotent.
    """
    text = _ZERO_WIDTH.sub("", text.replace("\r\n", "\n"))
    text = _LONE_JOINER.sub("", text)
    text = _BIDI_CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
    text = _CONTROL.sub(_picture, text)
    return _PILED_MARKS.sub(r"\1", text)


def is_blank(text: str) -> bool:
    """True when nothing would be seen of `text`."""
    shown = _BIDI_CONTROL.sub("", _CONTROL.sub("", _LONE_JOINER.sub("", _ZERO_WIDTH.sub("", text))))
    return not any(unicodedata.category(char)[0] in "LNPS" and char != _BLANK_SYMBOL for char in shown)


def public_name(name: str, *, organisation: bool = False) -> str:
    """The name shown in public: 朱晓明 -> 朱**, 云桥建设集团 -> 云桥****; empty stays empty (anonymous)."""
    shown = " ".join(harmless(name).split())
    if not shown:
        return ""
    return shown[:2] + MASK_ORGANISATION if organisation and len(shown) > 2 else masked_name(shown)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < _FIRST_C1:
        return chr(_CONTROL_PICTURES + code)
    return _DELETE_PICTURE if code == _FIRST_C1 else "\ufffd"
