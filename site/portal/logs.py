"""Logs without personal data."""

from __future__ import annotations

import logging
import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
#: Mobile and identity numbers: eleven digits or more that belong together.
_LONG_NUMBER = re.compile(r"(?<!\d)\d{11,18}[\dXx]?(?!\d)")
#: The code of a receipt, however it is spelt, the token of a comment not yet confirmed, that of an alert: each opens what
#: somebody wrote or reads.
_KEY = re.compile(
    r"(?<=/receipts/)[^/\s'\"]+|(?<=/comment/)[^/\s'\"]+"
    r"|(?<=/confirm/)[^/\s'\"]+|(?<=/stop/)[^/\s'\"]+|(?<=/manage/)[^/\s'\"]+|\bYL(?:-[0-9A-Z]{4}){3}-[0-9A-Z]\b",
    re.I,
)
_QUERY = re.compile(r"\?[^\s'\"]*")


def without_personal_data(text: str) -> str:
    """`text` with e-mail addresses, IPv4 addresses, long numbers, keys of receipts and comments and query strings replaced by a mark."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _ADDRESS.sub("[address]", text)
    text = _LONG_NUMBER.sub("[number]", text)
    text = _KEY.sub("[key]", text)
    return _QUERY.sub("?[…]", text)


class PrivateDataFilter(logging.Filter):
    """Cleans the message of every record. Tracebacks hold code, not values, and stay as they are."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_personal_data(record.getMessage()), ()
        return True
