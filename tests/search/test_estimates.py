"""Counts of facets where there is too much to count: a random share is counted, and the numbers say that they are estimates."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from search.archive.models import NormativeDocument
from search.engines import embedded_facets
from search.engines.base import EngineResults
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded_facets import _scaled, _share, _two_digits
from search.engines.embedded_schema import SHARES
from search.plan import make_plan
from search.preparation import PreparedDocument
from search.query import SearchQuery
from tests.search.test_concurrency import prepared

TODAY = datetime.date(2026, 3, 1)
NUMBER = 2_000
Make = Callable[..., NormativeDocument]


def _documents() -> list[PreparedDocument]:
    """Three of four of the province, one of four of the ministry; each tenth repealed."""
    return [
        prepared(
            pk,
            "渔业办法",
            level="province" if pk % 4 else "ministry",
            repealed_on=datetime.date(2020, 1, 1) if pk % 10 == 0 else None,
        )
        for pk in range(1, NUMBER + 1)
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedEngine:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("estimates") / "index")
    engine.rebuild(_documents())
    return engine


def id_in_every_share() -> int:
    """Return the id of a document that is looked at however few are."""
    return next(pk for pk in count(1_000_000) if not zlib.crc32(pk.to_bytes(8, "little")) % SHARES[-1])


def _ask(engine: EmbeddedEngine, **fields: object) -> EngineResults:
    return engine.search(make_plan(SearchQuery(q="渔业", **fields), day=TODAY))  # type: ignore[arg-type]


def test_what_can_be_counted_is_counted(engine: EmbeddedEngine) -> None:
    found = _ask(engine)
    assert dict(found.facets["level"]) == {"province": 1_500, "ministry": 500}
    assert dict(found.facets["validity"]) == {"repealed": 200, "unknown": 1_800}
    assert not found.estimated


class TestMany:
    @pytest.fixture(autouse=True)
    def few_are_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(embedded_facets, "MOST_COUNTED", 500)
        monkeypatch.setattr(embedded_facets, "MOST_BESIDE", 100)

    def test_the_total_is_exact_and_the_facets_are_near(self, engine: EmbeddedEngine) -> None:
        found = _ask(engine)
        assert found.total == NUMBER
        assert found.estimated == set(found.facets)
        counts = dict(found.facets["level"])
        assert counts["province"] == pytest.approx(1_500, rel=0.15)
        assert counts["ministry"] == pytest.approx(500, rel=0.3)
        assert dict(found.facets["validity"])["repealed"] == pytest.approx(200, rel=0.5)

    def test_the_same_search_gives_the_same_numbers(self, engine: EmbeddedEngine) -> None:
        assert _ask(engine).facets == _ask(engine, page=2).facets

    def test_hits_and_their_order_are_not_touched(
        self, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        estimated = _ask(engine).hits
        monkeypatch.setattr(embedded_facets, "MOST_COUNTED", 50_000)
        assert _ask(engine).hits == estimated

    def test_a_filter_that_leaves_little_makes_its_counts_exact(self, engine: EmbeddedEngine) -> None:
        found = _ask(engine, level=("ministry",))
        assert found.total == 500
        assert found.estimated == {"level"}, (
            "what else could be chosen is an estimate, what was chosen is not"
        )
        assert sum(count for _value, count in found.facets["validity"]) == 500

    def test_an_estimate_has_two_digits(self, engine: EmbeddedEngine) -> None:
        for counts in _ask(engine).facets.values():
            assert all(len(str(count).rstrip("0")) <= 2 for _value, count in counts)


@pytest.mark.parametrize(
    ("matches", "most", "share"),
    [(0, 10, 1), (10, 10, 1), (11, 10, 2), (20, 10, 2), (21, 10, 4), (10**9, 10, SHARES[-1])],
)
def test_how_large_a_share_is_counted(matches: int, most: int, share: int) -> None:
    assert _share(matches, most) == share


@given(st.integers(min_value=0, max_value=10**9))
def test_two_digits_are_near_and_keep_the_order(number: int) -> None:
    rounded = _two_digits(number)
    assert abs(rounded - number) <= number * 0.05
    assert _two_digits(number + 1) >= rounded


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 10**6)), max_size=5), st.sampled_from(SHARES))
def test_scaling_keeps_values_and_what_is_counted_whole(pairs: list[tuple[str, int]], share: int) -> None:
    scaled = _scaled(tuple(pairs), share)
    assert [value for value, _ in scaled] == [value for value, _ in pairs]
    if share == 1:
        assert scaled == tuple(pairs)


class TestSaid:
    @pytest.fixture(autouse=True)
    def archive_of_many(self, archive: Make, monkeypatch: pytest.MonkeyPatch, index_folder: Path) -> None:
        archive(id=id_in_every_share(), title="渔业办法", level="province")
        for number in range(11):
            archive(title=f"渔业办法{number}", level="province" if number % 2 else "ministry")
        monkeypatch.setattr(embedded_facets, "MOST_COUNTED", 6)

    def test_page_and_values_say_about(self, client: Client) -> None:
        for path in ("/search/", "/search/values/issuer/"):
            page = client.get(path, {"q": "渔业"}).content.decode()
            assert '<span class="filters__count">约 ' in page

    def test_the_value_that_was_chosen_has_the_number_of_what_is_listed(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded_facets, "MOST_BESIDE", 1)
        data = client.get("/api/v1/documents/", {"q": "渔业", "level": "ministry"}).json()
        (chosen,) = [value for value in data["facets"]["level"] if value["value"] == "ministry"]
        assert chosen["count"] == data["count"] == 6
        assert not chosen["estimated"]

    def test_the_api_says_estimated(self, client: Client) -> None:
        data = client.get("/api/v1/documents/", {"q": "渔业"}).json()
        assert data["count"] == 12
        types = data["facets"]["type"]
        assert types
        assert all(value["estimated"] for value in types)

    def test_an_exact_number_does_not_say_about(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded_facets, "MOST_COUNTED", 50_000)
        assert "约 " not in client.get("/search/", {"q": "渔业"}).content.decode()
