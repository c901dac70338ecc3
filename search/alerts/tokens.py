"""Signed tokens in mails: each opens one thing, for one purpose, and says nothing about the person."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from django.core import signing

from search.alerts.models import AlertContact, SearchAlert

#: Days within which an alert must be confirmed; afterwards its row is deleted.
CONFIRM_DAYS = 7
#: Days a link to the overview of all alerts of an address works; every mail brings a new one.
MANAGE_DAYS = 180


class Purpose(StrEnum):
    CONFIRM = "confirm"
    STOP = "stop"
    MANAGE = "manage"


#: Stopping must work from the oldest mail (RFC 8058), so that token never expires.
_MAX_AGE = {
    Purpose.CONFIRM: dt.timedelta(days=CONFIRM_DAYS),
    Purpose.STOP: None,
    Purpose.MANAGE: dt.timedelta(days=MANAGE_DAYS),
}


def token_of(purpose: Purpose, pk: int) -> str:
    """A token for `purpose` on the alert (for MANAGE: on the contact) with this key."""
    return _signer(purpose).sign(str(pk))


def alert_of(purpose: Purpose, token: str) -> SearchAlert | None:
    """The alert of a genuine token that has not expired, else None."""
    pk = _pk(purpose, token)
    return SearchAlert.objects.select_related("contact").filter(pk=pk).first() if pk else None


def contact_of(token: str) -> AlertContact | None:
    """The contact of a genuine token for managing that has not expired, else None."""
    pk = _pk(Purpose.MANAGE, token)
    return AlertContact.objects.filter(pk=pk).first() if pk else None


def _pk(purpose: Purpose, token: str) -> int | None:
    try:
        return int(_signer(purpose).unsign(token, max_age=_MAX_AGE[purpose]))
    except (signing.BadSignature, ValueError):
        return None


def _signer(purpose: Purpose) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"alerts.{purpose.value}", sep=".")
