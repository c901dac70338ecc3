"""The deployment check on the cache that the limits are counted in."""

from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings

from consultations.checks import W001, check_shared_cache
from consultations.limits import address_digest

MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SHARED = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache"}}


@pytest.mark.parametrize(("caches", "found"), [(MEMORY, [W001]), (SHARED, [])])
def test_a_cache_in_memory_is_named(caches: dict[str, dict[str, str]], found: list[object]) -> None:
    with override_settings(CACHES=caches):
        assert check_shared_cache(None) == found


@override_settings(RATELIMIT_IP_META_KEY="HTTP_X_FORWARDED_FOR")
def test_a_claimed_address_does_not_reset_the_limit() -> None:
    def digest(header: str) -> str:
        return address_digest("g", RequestFactory().get("/", HTTP_X_FORWARDED_FOR=header))

    assert digest("198.51.100.1, 203.0.113.9") == digest("192.0.2.77, 203.0.113.9") == digest("203.0.113.9")
    assert digest("203.0.113.9") != digest("203.0.113.10")
