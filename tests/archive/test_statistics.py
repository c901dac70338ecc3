"""PostgreSQL is told how large the archive has become."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.archive.statistics import is_due, refresh_statistics

pytestmark = pytest.mark.django_db


def test_only_postgresql_needs_to_be_told() -> None:
    with CaptureQueriesContext(connection) as queries:
        refresh_statistics()
    expected = 1 if connection.vendor == "postgresql" else 0
    assert len(queries) == expected
    assert all(query["sql"].startswith("ANALYZE") for query in queries.captured_queries)


def test_often_while_small_and_rarely_when_large() -> None:
    assert [n for n in range(2_000) if is_due(n)] == [1, 4, 16, 64, 256, 1024]
