"""Plain text in whatever encoding it was saved."""

from __future__ import annotations

import codecs
import re

from django.utils.translation import gettext as _

from search.archive.enums import Reason
from search.archive.readers.base import Extract, Unreadable, tidy

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: The commonest characters of official prose, simplified and traditional: a wrong decoding hardly hits any.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社"
    "义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条没结解问意建月公无系军很情者最立代想已通并提直"
    "题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西"
    "規務關於為實書長門開問題應該這個們國會發對當體點經濟業機構條處辦號。，、；：（）《》"
)
_SAMPLE = 200_000  # bytes are enough to judge by
#: Chinese between `~{` and `~}` in seven bits, as old mail and Usenet archives have it (RFC 1843).
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")


def decode(data: bytes) -> tuple[str, str]:
    """`data` as text and the encoding it was in: by its byte order mark, else HZ, UTF-8, UTF-16, GB18030 or Big5.

    Half a character at the end of a cut-off file is left out; what is damaged within becomes U+FFFD, which is counted
    later. Raises `Unreadable` when nothing fits.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding
    if _HZ.search(data[:_SAMPLE]) and data.isascii():
        return data.decode("hz", errors="replace"), "hz"
    if (text := _as_utf8(data)) is not None:
        return text, "utf-8"
    if data[:4096].count(b"\x00") > len(data[:4096]) // 20:
        return _decode_wide(data)
    # Chinese alone in UTF-16 has no zero bytes to tell it by; UTF-8 with a damaged byte is still UTF-8.
    candidates = ("gb18030", "big5hkscs", "utf-8", "utf-16-le", "utf-16-be")
    score, encoding = max(((_likeness(data, e), e) for e in candidates), key=lambda found: found[0])
    if score < 0.05:
        raise Unreadable(Reason.ENCODING, _("无法识别文字编码，也可能不是文本文件。"))
    return data.decode(encoding, errors="replace"), encoding


def _as_utf8(data: bytes) -> str | None:
    """`data` as UTF-8, without the half character it may end in; None when it is something else."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(data)
    except UnicodeDecodeError:
        return None
    # After ASCII alone the rest is rather the one Chinese character of a file in another encoding.
    return None if decoder.getstate()[0] and text.isascii() else text


def _decode_wide(data: bytes) -> tuple[str, str]:
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    encoding = "utf-16-le" if odd >= even else "utf-16-be"
    text = data.decode(encoding, errors="replace")
    if text[:2000].count("\ufffd") > 20 or "\x00" in text[:2000]:
        raise Unreadable(Reason.ENCODING, _("文件是二进制数据，不是文本。"))
    return text, encoding


def _likeness(data: bytes, encoding: str) -> float:
    """Share of common characters in `data` read as `encoding`, less ten times the share of what cannot be read."""
    text = data[:_SAMPLE].decode(encoding, errors="replace")
    wide = [c for c in text if c > "\x7f"]
    if not wide:
        return 0.0
    hits = sum(c in _COMMON for c in wide)
    return (hits - 10 * wide.count("\ufffd")) / len(wide)


def read(data: bytes) -> Extract:
    """A text file; the encoding is noted when it is not UTF-8."""
    text, encoding = decode(data)
    extract = Extract(tidy(text), "txt", "text/plain")
    if not encoding.startswith("utf-8"):
        extract.notes.append(_("原编码 %(encoding)s。") % {"encoding": encoding.upper()})
    return extract
