"""Wrong addresses and prefixes of the search are said before anything is asked of a server."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from search import engines


def ids(*, deploy: bool = False) -> list[str]:
    return [str(message.id) for message in run_checks(tags=["search"], include_deployment_checks=deploy)]


def test_the_embedded_index_needs_no_settings() -> None:
    assert ids(deploy=True) == []


@pytest.mark.parametrize(
    "url", ["https://host:9200", "http://user:word@127.0.0.1:9200", "https://a:9200,https://b:9200"]
)
def test_addresses_that_can_be_used(settings: Settings, url: str) -> None:
    settings.ELASTICSEARCH_URL = url
    assert ids() == []


@pytest.mark.parametrize("url", ["host:9200", "https://host", "ftp://host:21", "https://a:9200,b"])
def test_addresses_that_cannot(settings: Settings, url: str) -> None:
    settings.ELASTICSEARCH_URL = url
    assert ids(deploy=True) == ["yanlu.E007"]


@pytest.mark.parametrize("prefix", ["", "Yanlu", "yan.lu", "_yanlu", "言路", "x" * 62, "a*"])
def test_a_prefix_that_cannot_begin_an_index(settings: Settings, prefix: str) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9200"
    settings.SEARCH_INDEX_PREFIX = prefix
    assert ids(deploy=True) == ["yanlu.E007"]


def test_a_server_that_does_not_answer_is_a_warning(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    engines._elasticsearch.cache_clear()
    assert ids() == []
    assert ids(deploy=True) == ["yanlu.W009"]
