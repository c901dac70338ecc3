"""What is measured side by side: our search on both engines, Wagtail's database backend, tantivy with words only."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import rjieba
import tantivy

Documents = list[dict[str, Any]]
Search = Callable[[str], Sequence[int]]
#: Queries of a class when nothing limits them.
ALL = 1_000_000
_BATCH = 500


@dataclass
class Column:
    """One searcher: answers a query with positions of documents, best first. `missing` says why it was not measured."""

    name: str
    answer: Search = field(default=lambda _text: ())
    per_class: int = ALL
    missing: str = ""
    total: Callable[[str], int] = field(default=lambda _text: 0)
    suggests: Callable[[str], bool] = field(default=lambda _text: False)
    close: Callable[[], None] = field(default=lambda: None)
    position_of: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def search(self, text: str) -> Sequence[int]:
        started = time.perf_counter()
        answers = self.answer(text)
        self.seconds.append(time.perf_counter() - started)
        return answers

    def speed(self) -> str:
        """Return median and 95th percentile of what was asked so far."""
        ordered = sorted(self.seconds) or [0.0]
        middle, high = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95))
        return f"p50 {middle * 1_000:.1f} ms, p95 {high * 1_000:.1f} ms per query"


def embedded(documents: Documents) -> Column:
    """Archive and index `documents`; return our search on the embedded engine."""
    from search import indexing
    from search.archive.services import DocumentRow, upsert_documents

    rows = [DocumentRow(f"bench:{position}", fields_of(d)) for position, d in enumerate(documents)]
    ids: dict[str, int] = {}
    for start in range(0, len(rows), _BATCH):
        ids.update(upsert_documents(rows=rows[start : start + _BATCH]).ids)
    position_of = {pk: int(key.split(":")[1]) for key, pk in ids.items()}
    started = time.perf_counter()
    count = indexing.rebuild()
    _report("ours", count, started)
    totals: dict[str, int] = {}
    answer = _ours(position_of, totals)

    def total(text: str) -> int:
        if text not in totals:
            answer(text)
        return totals[text]

    return Column("ours, embedded", answer, total=total, suggests=_suggests, position_of=position_of)


def _ours(position_of: dict[int, int], totals: dict[str, int]) -> Search:
    from search.query import SearchQuery
    from search.selectors import run_search

    def answer(text: str) -> list[int]:
        found = run_search(SearchQuery(q=text), facets=False)
        totals[text] = found.total
        return [position_of[hit.document.pk] for hit in found.hits]

    return answer


def _suggests(text: str) -> bool:
    from search.corrections import suggest
    from search.query import SearchQuery

    return suggest(SearchQuery(q=text)) is not None


def elasticsearch(address: str, ours: Column) -> Column:
    """Index the documents `ours` has archived at `address`; not measured when no node answers there."""
    name = "ours, Elasticsearch"
    if not address:
        return Column(name, missing="not measured: no server")
    from django.test import override_settings

    from search import indexing
    from search.engines import get_engine
    from search.engines.base import EngineUnavailable

    there = override_settings(ELASTICSEARCH_URL=address, SEARCH_INDEX_PREFIX=f"yanlu-bench-{os.getpid()}")
    started = time.perf_counter()
    try:
        with there:
            count = indexing.rebuild()
            if get_engine().status().documents != len(ours.position_of):
                return Column(name, missing="not measured: the server holds other documents")
    except EngineUnavailable as error:
        return Column(name, missing=f"not measured: no server ({error})")
    _report(name, count, started)
    plain = _ours(ours.position_of, {})

    def answer(text: str) -> Sequence[int]:
        with there:
            return plain(text)

    return Column(name, answer, close=lambda: _drop_indices(address))


def _drop_indices(address: str) -> None:
    from elasticsearch import Elasticsearch

    with Elasticsearch(address) as client:
        names = list(client.indices.get(index=f"yanlu-bench-{os.getpid()}*"))
        if names:
            client.indices.delete(index=names)


def wagtail(documents: Documents, *, per_class: int) -> Column:
    """Return Wagtail's database backend as shipped over the same titles and texts."""
    from django.db import DatabaseError
    from wagtail.search.backends import get_search_backend

    from bench.models import PeerDocument

    backend = get_search_backend("stock")
    objects = [PeerDocument(position=i, title=d["title"], body=d["text"]) for i, d in enumerate(documents)]
    started = time.perf_counter()
    for start in range(0, len(objects), 200):
        backend.add_bulk(PeerDocument, PeerDocument.objects.bulk_create(objects[start : start + 200]))
    _report("Wagtail", len(objects), started)

    def answer(text: str) -> list[int]:
        try:
            return [found.pk for found in backend.search(text, PeerDocument)[:10]]
        except DatabaseError:
            # It puts some punctuation into the database's query language: counted as no answer.
            return []

    return Column("Wagtail database", answer, per_class=per_class)


def tantivy_words(documents: Documents) -> Column:
    """Return tantivy as one would set it up in an afternoon: words of title (x4) and body, its default query."""
    builder = tantivy.SchemaBuilder()
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    builder.add_unsigned_field("position", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(128_000_000, 1)
    for position, document in enumerate(documents):
        row = tantivy.Document()
        row.add_unsigned("position", position)
        row.add_text("title", _words(document["title"]))
        row.add_text("body", _words(document["text"]))
        writer.add_document(row)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def answer(text: str) -> list[int]:
        quoted = " ".join(f'"{word}"' for word in _words(text).replace('"', " ").replace("\\", " ").split())
        if not quoted:
            return []
        query, _errors = index.parse_query_lenient(quoted, ["title", "body"], field_boosts={"title": 4.0})
        return [searcher.doc(address)["position"][0] for _score, address in searcher.search(query, 10).hits]

    return Column("tantivy, words", answer)


def _words(text: str) -> str:
    return " ".join(rjieba.cut(text.lower()))


def _report(name: str, count: int, started: float) -> None:
    seconds = time.perf_counter() - started
    print(f"{name}: {count} documents indexed in {seconds:.1f} s ({count / seconds:.0f}/s)")


def fields_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the archive takes of a line of the file."""
    dates = {"adopted_on": "issued_on", "published_on": "published_on", "effective_on": "effective_on"}
    fields = {
        "title": document["title"],
        "text": document["text"],
        "document_number_raw": document.get("document_number_raw") or document.get("document_number") or "",
        "issuing_authority": document.get("issuing_body") or "",
        **{name: document.get(name) or "" for name in ("level", "region", "doc_type", "genre")},
    }
    for name, source in dates.items():
        if document.get(source):
            fields[name] = datetime.date.fromisoformat(document[source])
    return fields
