"""The embedded engine: tantivy in this process, files in the data folder, no server.

Readers keep one open index per process and notice a commit or a new generation by two file times. Writers take a file
lock, because tantivy allows one writer per index and a second one fails at once; `embedded_writer` is their part.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from search.engines.base import Changes, EngineResults, EngineUnavailable, Hit, IndexStatus, IndexUnusable
from search.engines.embedded_facets import FacetCounts, count_facets
from search.engines.embedded_faults import find_damage, is_panic, translated
from search.engines.embedded_query import QueryCompiler
from search.engines.embedded_schema import build_schema
from search.engines.embedded_writer import apply_changes, build_generation
from search.engines.fields import STAMP
from search.engines.locks import Reentrant
from search.engines.storage import IndexStorage
from search.engines.ties import WINDOWS, Scored, page_of
from search.plan import SearchPlan
from search.preparation import PreparedDocument
from search.query import Sort

#: Matches up to which each is looked up by itself to be scored.
_FEW = 5_000
#: Documents up to which reading everything costs less than putting together a query that does not.
_SMALL = 50_000
#: Documents from which on long runs of equal scores are likely.
_MANY = 200_000


@dataclass
class _Open:
    generation: Path
    changed: int
    index: Any


class EmbeddedEngine:
    """One index folder. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.storage = IndexStorage(folder, STAMP)
        self.schema = build_schema()
        self.compiler = QueryCompiler(self.schema)
        self._writing = Reentrant(self.storage.lock)
        self._open: _Open | None = None
        self._elsewhere: tempfile.TemporaryDirectory[str] | None = None
        self._guard = threading.Lock()

    # Reading

    def search(self, plan: SearchPlan) -> EngineResults:
        """Answer `plan` (see `Engine.search`)."""
        searcher = self._searcher()
        with translated("the index cannot be read"):
            return self._answer(searcher, plan)

    def _answer(self, searcher: Any, plan: SearchPlan) -> EngineResults:
        matches = self.compiler.compile(plan, scored=False)
        small = searcher.num_docs <= _SMALL
        few = plan.is_short
        if not few and (plan.enough or not small):
            # Counted first and by itself, which costs little where there are many tokens: what follows depends on it.
            total = searcher.search(matches, limit=1).count
            if total < plan.enough:
                return EngineResults(total=total)
            few = total <= _FEW
        page, total = self._page(searcher, plan, matches, few=few and not small)
        if total < plan.enough:
            return EngineResults(total=total)
        facets = FacetCounts()
        if plan.facets:
            facets = count_facets(searcher, self.compiler, plan, matches, total)
        return EngineResults(total=total, hits=page, facets=facets.counts, estimated=facets.estimated)

    def _page(
        self, searcher: Any, plan: SearchPlan, matches: Any, *, few: bool
    ) -> tuple[tuple[Hit, ...], int]:
        """Return the hits of the page and the number of all; `matches` finds them without scores."""
        scored = plan.sort is Sort.RELEVANCE
        query = self.compiler.compile(plan, few=few) if scored else matches
        total = 0

        def fetch(offset: int, limit: int) -> list[Scored]:
            nonlocal total
            # A page of nothing is asked when only the counts matter; tantivy refuses a limit of zero.
            found = searcher.search(query, limit=max(limit, 1), offset=offset, **_order(plan.sort))
            total = found.count
            ids = searcher.fast_field_values("id", [address for _, address in found.hits])
            return [
                (int(pk), score) for pk, (score, _) in zip(ids, found.hits, strict=True) if pk is not None
            ]

        if not scored:
            return _hits(fetch(plan.offset, plan.limit), plan), total
        # Looking further costs little here, looking twice as much as the search.
        windows = WINDOWS[-1:] if searcher.num_docs >= _MANY else WINDOWS[1:]
        return _hits(page_of(fetch, plan.offset, plan.limit, windows), plan), total

    def status(self) -> IndexStatus:
        """See `Engine.status`."""
        try:
            return IndexStatus(True, self._searcher().num_docs)
        except EngineUnavailable as error:
            return IndexStatus(False, 0, str(error), repairable=True)

    def verify(self) -> IndexStatus:
        """See `Engine.verify`."""
        try:
            generation = self.storage.current()
        except EngineUnavailable:
            return self.status()
        if damage := find_damage(generation):
            self.storage.condemn(generation, damage)
        return self.status()

    def _searcher(self) -> Any:
        with self._guard:
            while True:
                generation = self.storage.current()
                try:
                    return self._read(generation)
                except IndexUnusable:
                    # Swapped out and deleted in this very moment, perhaps; the pointer leads to the new one then.
                    self._open = None
                    if self.storage.current() == generation:
                        raise

    def _read(self, generation: Path) -> Any:
        try:
            changed = (generation / "meta.json").stat().st_mtime_ns
            if self._open is None or self._open.generation != generation:
                index = self._open_index(generation)
                index.config_reader("manual")
                index.reload()
                self._open = _Open(generation, changed, index)
            elif self._open.changed != changed:
                self._open.index.reload()
                self._open.changed = changed
            return self._open.index.searcher()
        except (OSError, ValueError) as error:
            raise IndexUnusable(f"the index cannot be read: {str(error)[:120]}") from error
        except BaseException as error:
            if not is_panic(error):
                raise
            raise IndexUnusable("the index cannot be read: its files are damaged") from error

    def _open_index(self, generation: Path) -> Any:
        if os.access(generation, os.W_OK, effective_ids=True):
            return tantivy.Index.open(str(generation))
        # tantivy makes a lock file even to read. Where none can be made it finds the files under another folder.
        self._elsewhere = tempfile.TemporaryDirectory(prefix="yanlu-index-")
        for path in generation.iterdir():
            if not path.name.endswith(".lock"):
                (Path(self._elsewhere.name) / path.name).symlink_to(path)
        return tantivy.Index.open(self._elsewhere.name)

    # Writing

    def writing(self) -> AbstractContextManager[None]:
        """See `Engine.writing`."""
        return self._writing()

    def apply(self, upserts: Iterable[PreparedDocument], deletes: Iterable[int]) -> None:
        """See `Engine.apply`."""
        with self.writing():
            apply_changes(self.storage.current(), self.schema, upserts, deletes)

    def rebuild(
        self,
        documents: Iterable[PreparedDocument],
        catch_up: Callable[[], Iterable[Changes]] | None = None,
    ) -> int:
        """See `Engine.rebuild`."""
        with self.storage.lock(name="builder"):
            return build_generation(self.storage, self.schema, documents, catch_up, self.writing)


def _hits(page: list[Scored], plan: SearchPlan) -> tuple[Hit, ...]:
    scored = plan.sort is Sort.RELEVANCE
    return tuple(Hit(pk, float(score) if scored else None) for pk, score in page[: plan.limit])


def _order(sort: Sort) -> dict[str, object]:
    if sort is Sort.NEWEST:
        return {"order_by_field": "newest", "order": tantivy.Order.Desc}
    if sort is Sort.OLDEST:
        return {"order_by_field": "oldest", "order": tantivy.Order.Asc}
    return {}
