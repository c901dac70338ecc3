"""Receipt codes such as `YL-7K3M-Q9TD-2WXA-4` (ADR 0008): the only key an author needs, easy to read out and to copy.

Twelve random symbols carry 60 bits; the last symbol checks the others over GF(32), so one wrong symbol or two swapped
neighbours are told apart from an unknown code before the database is asked.
"""

from __future__ import annotations

import re
import secrets
from hmac import compare_digest
from typing import TYPE_CHECKING

from portal.lookups import begins

if TYPE_CHECKING:
    from consultations.models import PublicComment

#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "YL"
SYMBOLS = 12
GROUP = 4
CODE_PATTERN = re.compile(rf"{PREFIX}(?:-[{ALPHABET}]{{4}}){{3}}-[{ALPHABET}]")
#: What people write for a symbol that looks the same.
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_IGNORED = re.compile(r"[\s\-‐-―－_.·]+")
_FIELD_POLYNOMIAL = 0b100101
_FIELD_SIZE = 32


def new_code() -> str:
    """A fresh random code from the system's secure generator."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS)))


def normalised(typed: str) -> str | None:
    """The code a person meant, or None when it cannot be one (length, symbols or check symbol are wrong).

    Case, spaces, dashes, full-width letters, a missing prefix and look-alikes (O for 0, I or L for 1) are forgiven.
    """
    folded = _IGNORED.sub("", typed[:100].translate(_FULL_WIDTH)).upper()
    body = folded.removeprefix(PREFIX) if len(folded) == len(PREFIX) + SYMBOLS + 1 else folded
    body = body.translate(_LOOKALIKES)
    if len(body) != SYMBOLS + 1 or any(symbol not in ALPHABET for symbol in body):
        return None
    code = _grouped(body[:SYMBOLS])
    return code if compare_digest(code[-1], body[-1]) else None


def find(code: str) -> PublicComment | None:
    """The comment of a normalised code, or None.

    The database finds the few codes that share the first group, the whole is compared in constant time.
    """
    from consultations.models import PublicComment

    start = code[: len(PREFIX) + 1 + GROUP]
    nearby = PublicComment.objects.plain().filter(begins("receipt_code", start))
    found = None
    for comment in nearby.select_related("consultation__outcome", "consultation__department", "clause"):
        if compare_digest(comment.receipt_code, code):
            found = comment
    return found


def _grouped(symbols: str) -> str:
    groups = [symbols[i : i + GROUP] for i in range(0, SYMBOLS, GROUP)]
    return "-".join([PREFIX, *groups, _check_symbol(symbols)])


def _check_symbol(symbols: str) -> str:
    total, power = 0, 1
    for symbol in symbols:
        power = _double(power)
        total ^= _multiply(ALPHABET.index(symbol), power)
    return ALPHABET[total]


def _double(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value >= _FIELD_SIZE else value


def _multiply(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left, right = _double(left), right >> 1
    return product


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
