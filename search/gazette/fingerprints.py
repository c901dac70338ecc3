"""When two texts are the same text: what is printed, not how a file was wrapped or encoded."""

from __future__ import annotations

import hashlib
import unicodedata


def text_hash(text: str) -> str:
    """SHA-256 of the characters printed: line breaks, spaces and composed forms make no difference, a comma does."""
    printed = "".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(printed.encode("utf-8", "surrogatepass")).hexdigest()
