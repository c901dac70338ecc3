"""The embedded engine: tantivy in this process, files in the data folder, no server.

Readers keep one open index per process and notice a commit or a new generation by two file times. Writers take a file
lock, because tantivy allows one writer per index and a second one fails at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from search.engines.base import EngineResults, EngineUnavailable, Hit, IndexStatus
from search.engines.embedded_facets import count_facets
from search.engines.embedded_query import QueryCompiler
from search.engines.embedded_schema import build_schema, to_tantivy
from search.engines.fields import STAMP
from search.engines.storage import IndexStorage
from search.plan import SearchPlan
from search.preparation import PreparedDocument
from search.query import Sort

_WRITER_MEMORY = 128_000_000
#: Segments after which a writer waits for merging: many small commits would otherwise slow every search down.
_MAX_SEGMENTS = 12


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
        self._open: _Open | None = None
        self._guard = threading.Lock()

    # Reading

    def search(self, plan: SearchPlan) -> EngineResults:
        """Answer `plan` (see `Engine.search`)."""
        searcher = self._searcher()
        scored = plan.sort is Sort.RELEVANCE
        query = self.compiler.compile(plan, scored=scored)
        # A page of nothing is asked when only the counts matter; tantivy refuses a limit of zero.
        found = searcher.search(query, limit=max(plan.limit, 1), offset=plan.offset, **_order(plan.sort))
        hits = found.hits[: plan.limit]
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return EngineResults(
            total=found.count,
            hits=tuple(
                Hit(int(pk), float(score) if scored else None)
                for pk, (score, _) in zip(ids, hits, strict=True)
                if pk is not None
            ),
            facets=count_facets(searcher, self.compiler, plan) if plan.facets else {},
        )

    def status(self) -> IndexStatus:
        """See `Engine.status`."""
        try:
            return IndexStatus(True, self._searcher().num_docs)
        except EngineUnavailable as error:
            return IndexStatus(False, 0, str(error))

    def _searcher(self) -> Any:
        with self._guard:
            generation = self.storage.current()
            try:
                changed = (generation / "meta.json").stat().st_mtime_ns
                if self._open is None or self._open.generation != generation:
                    index = tantivy.Index.open(str(generation))
                    index.config_reader("manual")
                    index.reload()
                    self._open = _Open(generation, changed, index)
                elif self._open.changed != changed:
                    self._open.index.reload()
                    self._open.changed = changed
                return self._open.index.searcher()
            except (OSError, ValueError) as error:
                self._open = None
                raise EngineUnavailable(f"the index cannot be read: {error}") from error

    # Writing

    def apply(self, upserts: Iterable[PreparedDocument], deletes: Iterable[int]) -> None:
        """See `Engine.apply`."""
        with self.storage.lock():
            generation = self.storage.current()
            try:
                index = tantivy.Index.open(str(generation))
                writer = index.writer(_WRITER_MEMORY, 1)
            except (OSError, ValueError) as error:
                raise EngineUnavailable(f"the index cannot be written: {error}") from error
            documents = list(upserts)
            gone = [*deletes, *(document.id for document in documents)]
            if gone:
                # By query: deleting by term does not match unsigned fields (tantivy-py 0.27), and says nothing.
                writer.delete_documents_by_query(tantivy.Query.term_set_query(self.schema, "id", gone))
            for document in documents:
                writer.add_document(to_tantivy(document))
            writer.commit()
            index.reload()
            if index.searcher().num_segments > _MAX_SEGMENTS:
                writer.wait_merging_threads()

    def rebuild(self, documents: Iterable[PreparedDocument]) -> int:
        """See `Engine.rebuild`."""
        with self.storage.lock():
            generation = self.storage.new_generation()
            index = tantivy.Index(self.schema, str(generation))
            # One thread: documents keep their order, so equal scores come out equally after every rebuild.
            writer = index.writer(_WRITER_MEMORY, 1)
            count = 0
            for document in documents:
                writer.add_document(to_tantivy(document))
                count += 1
            writer.commit()
            writer.wait_merging_threads()
            self.storage.publish(generation)
            return count


def _order(sort: Sort) -> dict[str, object]:
    if sort is Sort.NEWEST:
        return {"order_by_field": "newest", "order": tantivy.Order.Desc}
    if sort is Sort.OLDEST:
        return {"order_by_field": "oldest", "order": tantivy.Order.Asc}
    return {}
