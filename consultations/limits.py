"""How often one address may write and look up (ADR 0008). Only a keyed digest of the address is used, for minutes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited

from portal.privacy import address_digest as address_digest

COMMENT_GROUP = "consultations.comment"
RECEIPT_GROUP = "consultations.receipt"
#: Defaults; `COMMENT_RATE` and `RECEIPT_RATE` in the settings override them. One office often shares one address.
COMMENT_RATE = "60/h"
RECEIPT_MISS_RATE = "20/h"


def comment_limited(request: HttpRequest) -> bool:
    """Count this attempt to write; True when its address has written too often."""
    return _limited(request, COMMENT_GROUP, getattr(settings, "COMMENT_RATE", COMMENT_RATE), increment=True)


def receipt_limited(request: HttpRequest, *, missed: bool = False) -> bool:
    """True when the address has tried too many unknown codes; `missed` counts one more. Hits cost nothing."""
    rate = getattr(settings, "RECEIPT_RATE", RECEIPT_MISS_RATE)
    return _limited(request, RECEIPT_GROUP, rate, increment=missed)


def _limited(request: HttpRequest, group: str, rate: str, *, increment: bool) -> bool:
    return bool(is_ratelimited(request, group=group, key=address_digest, rate=rate, increment=increment))
