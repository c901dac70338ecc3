"""What every page that knows one person does: keep its answer out of caches and indexes, count callers without naming them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

View = Callable[..., HttpResponse]
IPV6_NETWORK = 64


def keep_private(view: View) -> View:
    """Add `no-store`, `noindex`, `same-origin` and `DENY` headers to every answer of `view`."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # "no-referrer" would send `Origin: null` with forms, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        response["X-Frame-Options"] = "DENY"
        return response

    return wrapped


def address_digest(group: str, request: HttpRequest) -> str:
    """A keyed digest of the caller's address (IPv6: its /64 network) for one rate limit; the address is kept nowhere."""
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
    return salted_hmac(f"portal.limits.{group}", network, algorithm="sha256").hexdigest()
