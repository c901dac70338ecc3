"""Search quality: MRR@10, success@1 and recall@10 of sixteen query classes, ours beside Wagtail's database backend.

    python -m bench.search_quality ARCHIVE.jsonl.gz [--seed 7] [--per-class 40] [--peer-per-class 10] [--failures]

Everything is built in a throw-away folder. What counts as a right answer is said in `bench.queries`.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "site"), str(Path(__file__).resolve().parents[1])]
Search = Callable[[str], Sequence[int]]


class Timed:
    """Wraps a search and keeps the seconds of each call."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.seconds: list[float] = []

    def __call__(self, text: str) -> Sequence[int]:
        started = time.perf_counter()
        answers = self.search(text)
        self.seconds.append(time.perf_counter() - started)
        return answers

    def milliseconds(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return 1_000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    """Build, ask, print."""
    options = _options()
    # Not setdefault: a benchmark must never write into the folder or the database of a running portal.
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    for name in ("YANLU_DATA", "DATABASE_URL", "ELASTICSEARCH_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench.queries import build_queries, read_archive

    try:
        call_command("migrate", run_syncdb=True, verbosity=0)
        documents = read_archive(options.archive)
        queries = build_queries(documents, seed=options.seed, per_class=options.per_class)
        ours, peer = Timed(load_ours(documents)), Timed(_load_peer(documents))
        _compare(queries, ours, peer, options)
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--per-class", type=int, default=40)
    parser.add_argument("--peer-per-class", type=int, default=10, help="the peer is slow")
    parser.add_argument("--failures", action="store_true", help="list queries whose first answer is wrong")
    parser.add_argument("--require", type=float, default=0.0, help="fail below this mean MRR@10")
    return parser.parse_args()


def load_ours(documents: list[dict[str, Any]]) -> Search:
    """Archive and index `documents`; return our search, which answers with their positions."""
    from search import indexing
    from search.archive.services import DocumentRow, upsert_documents
    from search.query import SearchQuery
    from search.selectors import run_search

    rows = [DocumentRow(f"bench:{position}", _fields(d)) for position, d in enumerate(documents)]
    ids: dict[str, int] = {}
    for start in range(0, len(rows), 500):
        ids.update(upsert_documents(rows=rows[start : start + 500]).ids)
    position_of = {pk: int(key.split(":")[1]) for key, pk in ids.items()}
    started = time.perf_counter()
    count = indexing.rebuild()
    seconds = time.perf_counter() - started
    print(f"ours: {count} documents indexed in {seconds:.1f} s ({count / seconds:.0f}/s)")

    def search(text: str) -> list[int]:
        hits = run_search(SearchQuery(q=text), facets=False).hits
        return [position_of[hit.document.pk] for hit in hits]

    return search


def _fields(document: dict[str, Any]) -> dict[str, Any]:
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


def _load_peer(documents: list[dict[str, Any]]) -> Search:
    from django.db import DatabaseError
    from wagtail.search.backends import get_search_backend

    from bench.models import PeerDocument

    backend = get_search_backend("stock")
    objects = [PeerDocument(position=i, title=d["title"], body=d["text"]) for i, d in enumerate(documents)]
    started = time.perf_counter()
    for start in range(0, len(objects), 200):
        batch = PeerDocument.objects.bulk_create(objects[start : start + 200])
        backend.add_bulk(PeerDocument, batch)
    seconds = time.perf_counter() - started
    print(f"Wagtail: {len(objects)} documents indexed in {seconds:.1f} s ({len(objects) / seconds:.0f}/s)")

    def search(text: str) -> list[int]:
        try:
            return [found.pk for found in backend.search(text, PeerDocument)[:10]]
        except (
            DatabaseError
        ):  # It puts some punctuation into the database's query language: counted as no answer.
            return []

    return search


def _compare(queries: list[Any], ours: Timed, peer: Timed, options: argparse.Namespace) -> None:
    from bench.measures import mean, score_all
    from bench.queries import Query

    few: list[Query] = []
    for kind in dict.fromkeys(query.kind for query in queries):
        few.extend([query for query in queries if query.kind == kind][: options.peer_per_class])
    mine, theirs = score_all(queries, ours), score_all(few, peer)
    print(
        f"\nseed {options.seed}; ours on {len(queries)} queries, Wagtail on the first {options.peer_per_class} of each class"
    )
    print(
        f"{'class':20} {'n':>4} {'MRR@10':>7} {'S@1':>6} {'R@10':>6} | {'n':>4} {'MRR@10':>7} {'S@1':>6} {'R@10':>6}"
    )
    for kind in [*mine, "mean"]:
        a, b = (mine[kind], theirs[kind]) if kind != "mean" else (mean(mine), mean(theirs))
        left, right = (f"{s.queries:4} {s.mrr:7.3f} {s.success:6.3f} {s.recall:6.3f}" for s in (a, b))
        print(f"{kind:20} {left} | {right}")
    for name, timed in (("ours", ours), ("Wagtail", peer)):
        print(
            f"{name}: p50 {timed.milliseconds(0.5):.1f} ms, p95 {timed.milliseconds(0.95):.1f} ms per query"
        )
    if options.failures:
        for query in queries:
            if not set(ours.search(query.text)[:1]) & query.relevant:
                print(f"  {query.kind}: {query.text}")
    if mean(mine).mrr < options.require:
        sys.exit(f"mean MRR@10 {mean(mine).mrr:.3f} is below {options.require}")


if __name__ == "__main__":
    main()
