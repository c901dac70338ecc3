"""Configuration that would silently weaken the limits on writing and guessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

W001 = Warning(
    "Rate limits are counted per process: the cache is in memory.",
    hint="Set CACHE_URL to a shared cache (Redis) when more than one process serves the site.",
    id="consultations.W001",
)


@register(Tags.security, deploy=True)
def check_shared_cache(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn on `check --deploy` when several processes would each count for themselves (ADR 0008)."""
    alias = getattr(settings, "RATELIMIT_USE_CACHE", "default")
    backend = settings.CACHES[alias]["BACKEND"]
    return [W001] if backend.rsplit(".", 1)[-1] == "LocMemCache" else []
