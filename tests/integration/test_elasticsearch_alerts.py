"""An alert on a real Elasticsearch: the same documents are new, and a server that is gone is not "nothing new"."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import indexing
from search.alerts import searches
from search.alerts.delivery import RunReport, run_due
from search.alerts.models import AlertMail, SearchAlert
from search.archive.services import tell_index
from search.engines.base import EngineUnavailable
from search.engines.elasticsearch import ElasticsearchEngine
from search.plan import SearchPlan
from search.query import SearchQuery
from tests.factories.alerts import AlertFactory, soon
from tests.factories.search import ArchivedDocumentFactory
from tests.support.elasticsearch import engine_on_server

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[ElasticsearchEngine]:
    """The engine alerts and the index writer use in this test."""
    with engine_on_server() as engine:
        monkeypatch.setattr(searches, "get_engine", lambda: engine)
        monkeypatch.setattr(indexing, "get_engine", lambda: engine)
        yield engine


def test_what_is_new_is_found_among_the_changes(site: ElasticsearchEngine) -> None:
    old = ArchivedDocumentFactory.create(title="云岭省公积金旧办法")
    indexing.rebuild()
    AlertFactory.create(parameters="level=province&q=%E5%85%AC%E7%A7%AF%E9%87%91")
    new = [ArchivedDocumentFactory.create(title=f"云岭省公积金新办法{number}") for number in range(2)]
    other = ArchivedDocumentFactory.create(title="停车办法", text="第一条 停车。")
    tell_index([*(one.pk for one in new), other.pk])
    indexing.drain()
    assert run_due(soon()) == RunReport(checked=1, queued=1)
    told = {row[0] for row in AlertMail.objects.get().documents}
    assert told == {one.pk for one in new}
    listed = searches.newest(SearchQuery(q="公积金"), limit=9)
    assert {one.pk for one in listed} == told | {old.pk}


def test_a_server_that_is_gone_leaves_alerts_due(
    site: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.rebuild()
    alert = AlertFactory.create()
    tell_index([ArchivedDocumentFactory.create().pk])
    indexing.drain()

    def gone(plan: SearchPlan) -> None:
        raise EngineUnavailable("connection refused")

    monkeypatch.setattr(site, "search", gone)
    assert run_due(soon()).unavailable
    assert SearchAlert.objects.get().next_due_at == alert.next_due_at
