"""Wrong configuration is said by `manage.py check`, with what to set, instead of by a surprise at run time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

KNOWN_BROKERS = frozenset({"filesystem", "redis", "rediss", "amqp", "amqps", "memory"})
LOCAL_CACHE = "django.core.cache.backends.locmem.LocMemCache"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

Apps = Sequence[AppConfig] | None


@register(Tags.security)
def check_secret_key(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E001: sessions, receipts and confirmation links are signed with it."""
    if not settings.SECRET_KEY_IS_MISSING:
        return []
    return [
        Error(
            "SECRET_KEY is not set.",
            hint="Set the environment variable SECRET_KEY to at least 50 random characters and keep it.",
            id="yanlu.E001",
        )
    ]


@register(Tags.security)
def check_allowed_hosts(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E002: without it every request is refused with 400."""
    if settings.DEBUG or settings.ALLOWED_HOSTS:
        return []
    return [
        Error(
            "ALLOWED_HOSTS is not set.",
            hint="Set the environment variable ALLOWED_HOSTS to the host names of the site, separated by commas.",
            id="yanlu.E002",
        )
    ]


@register
def check_broker(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E003: an address of the task queue nobody understands."""
    scheme = urlsplit(settings.CELERY_BROKER_URL).scheme
    if scheme in KNOWN_BROKERS:
        return []
    return [
        Error(
            f"CELERY_BROKER_URL starts with {scheme!r}, which is no known broker.",
            hint="Leave it empty for the queue in the data folder, or set redis://host:6379/0.",
            id="yanlu.E003",
        )
    ]


@register
def check_data_folder(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """E004: database, index, uploads and queue live there."""
    if settings.DATA_DIR.is_dir() and os.access(settings.DATA_DIR, os.R_OK | os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data folder {settings.DATA_DIR} is missing or not writable.",
            hint="Create it for the user that runs the site, or set YANLU_DATA to another folder.",
            id="yanlu.E004",
        )
    ]


@register(Tags.security, deploy=True)
def check_limits_are_shared(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """W005: with several processes a limit kept in the memory of one of them is a multiple of itself."""
    processes = int(os.environ.get("WEB_CONCURRENCY") or 1)
    if processes == 1 or settings.CACHES["default"]["BACKEND"] != LOCAL_CACHE:
        return []
    return [
        Warning(
            f"{processes} web processes do not share a cache, so rate limits count {processes} times as much.",
            hint="Set CACHE_URL, e.g. redis://host:6379/1, or WEB_CONCURRENCY=1.",
            id="yanlu.W005",
        )
    ]


@register(deploy=True)
def check_base_url(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """W006: addresses in e-mails and exports begin with it."""
    if urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname not in LOCAL_HOSTS:
        return []
    return [
        Warning(
            "BASE_URL is not set: links in e-mails would lead to this machine.",
            hint="Set BASE_URL to the public address of the site, e.g. https://policy.example.gov.cn",
            id="yanlu.W006",
        )
    ]
