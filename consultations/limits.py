"""How often one address may write and look up (ADR 0008). Only a keyed digest of the address is used, for minutes."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_ratelimit.core import is_ratelimited

COMMENT_GROUP = "consultations.comment"
RECEIPT_GROUP = "consultations.receipt"
#: Defaults; `COMMENT_RATE` and `RECEIPT_RATE` in the settings override them. One office often shares one address.
COMMENT_RATE = "60/h"
RECEIPT_MISS_RATE = "20/h"
IPV6_NETWORK = 64


def comment_limited(request: HttpRequest) -> bool:
    """Count this attempt to write; True when its address has written too often."""
    return _limited(request, COMMENT_GROUP, getattr(settings, "COMMENT_RATE", COMMENT_RATE), increment=True)


def receipt_limited(request: HttpRequest, *, missed: bool = False) -> bool:
    """True when the address has tried too many unknown codes; `missed` counts one more. Hits cost nothing."""
    rate = getattr(settings, "RECEIPT_RATE", RECEIPT_MISS_RATE)
    return _limited(request, RECEIPT_GROUP, rate, increment=missed)


def address_digest(group: str, request: HttpRequest) -> str:
    """A keyed digest of the caller's address (IPv6: its /64 network); the address itself is kept nowhere."""
    meta_key = getattr(settings, "RATELIMIT_IP_META_KEY", None) or "REMOTE_ADDR"
    # The last entry of a forwarded list is the one our own proxy wrote; the others are whatever the caller claims.
    raw = str(request.META.get(meta_key) or request.META.get("REMOTE_ADDR", "")).split(",")[-1].strip()
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        network = "unknown"
    else:
        prefix = IPV6_NETWORK if address.version == 6 else address.max_prefixlen
        network = str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
    return salted_hmac(f"consultations.limits.{group}", network, algorithm="sha256").hexdigest()


def _limited(request: HttpRequest, group: str, rate: str, *, increment: bool) -> bool:
    return bool(is_ratelimited(request, group=group, key=address_digest, rate=rate, increment=increment))
