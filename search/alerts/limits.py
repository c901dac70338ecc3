"""How often one network address may ask for a subscription. Only a keyed digest of it is used, for an hour."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import is_ratelimited

from portal.privacy import address_digest

GROUP = "alerts.subscribe"
#: Default; `ALERT_RATE` in the settings overrides it. One office often shares one address.
RATE = "20/h"


def subscribe_limited(request: HttpRequest) -> bool:
    """Count this attempt; True when its network address has asked too often."""
    rate = getattr(settings, "ALERT_RATE", RATE)
    return bool(is_ratelimited(request, group=GROUP, key=address_digest, rate=rate, increment=True))
