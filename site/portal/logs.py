"""Logs without personal data."""

from __future__ import annotations

import logging
import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
#: Mobile and identity numbers: eleven digits or more that belong together.
_LONG_NUMBER = re.compile(r"(?<!\d)\d{11,18}[\dXx]?(?!\d)")
_QUERY = re.compile(r"\?[^\s'\"]*")


def without_personal_data(text: str) -> str:
    """`text` with e-mail addresses, IPv4 addresses, long numbers and query strings replaced by a mark."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _ADDRESS.sub("[address]", text)
    text = _LONG_NUMBER.sub("[number]", text)
    return _QUERY.sub("?[…]", text)


class PrivateDataFilter(logging.Filter):
    """Cleans the message of every record. Tracebacks hold code, not values, and stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_personal_data(record.getMessage()), ()
        return True
