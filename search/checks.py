"""Wrong configuration of the search, said by `manage.py check`; the server is asked by `check --deploy` only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

#: `manage.py check --tag search --deploy`.
TAG = "search"


@register(TAG)
def check_addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E007: an address or a prefix no client can use."""
    if not settings.ELASTICSEARCH_URL:
        return []
    from search.engines.elasticsearch_admin import PREFIX

    found: list[CheckMessage] = []
    for url in settings.ELASTICSEARCH_URL.split(","):
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname or not parts.port:
            hint = "Write scheme, host and port: https://host:9200; several are separated by commas."
            found.append(Error("ELASTICSEARCH_URL is not an address.", hint=hint, id="yanlu.E007"))
    if not PREFIX.fullmatch(settings.SEARCH_INDEX_PREFIX):
        hint = "Lower-case letters, digits, - and _, at most 61, no dot."
        found.append(Error("SEARCH_INDEX_PREFIX cannot begin an index.", hint=hint, id="yanlu.E007"))
    return found


@register(TAG, deploy=True)
def check_server(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E008: a server of a version this site does not speak. W009: a server that does not answer now."""
    if not settings.ELASTICSEARCH_URL or check_addresses(app_configs):
        return []
    from search.engines import get_engine
    from search.engines.base import EngineUnavailable
    from search.engines.elasticsearch import ElasticsearchEngine
    from search.engines.elasticsearch_server import WrongVersion

    engine = get_engine()
    assert isinstance(engine, ElasticsearchEngine)  # noqa: S101 - the setting says so
    try:
        with engine.server.accepting():
            return []
    except WrongVersion as error:
        hint = "Use the version deploy/compose.yaml names, or clear ELASTICSEARCH_URL for the embedded index."
        return [Error(f"Search: {error}.", hint=hint, id="yanlu.E008")]
    except EngineUnavailable as error:
        hint = "Searches answer from titles and numbers until it does; nothing written meanwhile is lost."
        return [Warning(f"Search: {error}.", hint=hint, id="yanlu.W009")]
