"""Plain tantivy, what ours is measured against: the same query on the same index, and the same texts indexed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import Any

import rjieba
import tantivy

from bench.speed.archive import Build
from search.engines.embedded import EmbeddedEngine
from search.plan import FACETS, SearchPlan
from search.query import Sort

_MEMORY = 128_000_000
_FIELDS = ("title_words", "title_pairs", "body_words", "body_pairs")


class RawTantivy:
    """Somebody with tantivy alone, on the index as it is now."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        index = tantivy.Index.open(str(engine.storage.current()))
        index.reload()
        self.searcher: Any = index.searcher()
        self.compiler = engine.compiler

    def search(self, plan: SearchPlan) -> Callable[[], int]:
        """Return the calls for `plan`: one search and one aggregation over the same query, compiled beforehand.

        Left out is all ours does besides: counting validity, leaving a facet's own filter out of its counts, noticing
        commits, compiling.
        """
        query = self.compiler.compile(plan)
        options: dict[str, Any] = {"limit": plan.limit, "offset": plan.offset}
        order = {Sort.NEWEST: tantivy.Order.Desc, Sort.OLDEST: tantivy.Order.Asc}.get(plan.sort)
        if order is not None:
            options |= {"order_by_field": plan.sort.value, "order": order}
        facets = {name: {"terms": {"field": column, "size": 500}} for name, column in FACETS.items()}

        def run() -> int:
            found = self.searcher.search(query, **options)
            self.searcher.fast_field_values("id", [address for _, address in found.hits])
            self.searcher.aggregate(query, facets)
            return int(found.count)

        return run


def build_plain(documents: Iterable[dict[str, Any]]) -> Build:
    """Cut title and text of `documents` into words and pairs, then index them: one process, nothing else done.

    The two follow one another, so the time is the sum of what each costs; making the texts is not counted.
    """
    schema = tantivy.SchemaBuilder().add_unsigned_field("id", fast=True)
    for name in _FIELDS:
        schema = schema.add_text_field(
            name, tokenizer_name="whitespace", index_option="position" if name.endswith("pairs") else "freq"
        )
    folder = tempfile.mkdtemp(prefix="yanlu-plain-")
    try:
        index = tantivy.Index(schema.build(), folder)
        texts = list(documents)
        wall, cpu = time.perf_counter(), time.process_time()
        cut = [_plain(number, document) for number, document in enumerate(texts, 1)]
        writer = index.writer(_MEMORY, 1)
        for document in cut:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        return Build(len(texts), time.perf_counter() - wall, time.process_time() - cpu)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plain(number: int, document: dict[str, Any]) -> Any:
    out = tantivy.Document()
    out.add_unsigned("id", number)
    for name, text in (("title", document["title"]), ("body", document["text"])):
        out.add_text(f"{name}_words", " ".join(rjieba.cut_for_search(text)))
        out.add_text(f"{name}_pairs", " ".join(text[i : i + 2] for i in range(len(text) - 1)))
    return out
