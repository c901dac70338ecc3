"""The engine in use: the embedded one, which needs no server (ADR 0006), or Elasticsearch where its address is set."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine

if TYPE_CHECKING:
    from search.engines.elasticsearch_server import ServerOptions


def get_engine() -> Engine:
    """Return the engine the settings name, one per process and index."""
    if not settings.ELASTICSEARCH_URL:
        return _embedded(Path(settings.SEARCH_INDEX_DIR))
    from search.engines.elasticsearch_server import ServerOptions

    options = ServerOptions(
        url=settings.ELASTICSEARCH_URL,
        api_key=settings.ELASTICSEARCH_API_KEY,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS,
        search_timeout=settings.ELASTICSEARCH_SEARCH_TIMEOUT,
        write_timeout=settings.ELASTICSEARCH_WRITE_TIMEOUT,
    )
    # By process: connections must not be shared with a process that was forked from this one.
    return _elasticsearch(options, settings.SEARCH_INDEX_PREFIX, settings.ELASTICSEARCH_SHARDS, os.getpid())


@lru_cache(maxsize=4)
def _embedded(folder: Path) -> Engine:
    return EmbeddedEngine(folder)


@lru_cache(maxsize=4)
def _elasticsearch(options: ServerOptions, prefix: str, shards: int, process: int) -> Engine:
    # Imported here: an installation with the embedded engine does not pay for it at every start.
    from search.engines.elasticsearch import ElasticsearchEngine

    return ElasticsearchEngine(options, prefix, shards=shards)
