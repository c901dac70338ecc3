"""Wagtail's database backend, as shipped, on the same documents."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

from bench.speed.archive import Archive
from bench.speed.corpus import documents
from bench.speed.queries import Asked

_BATCH = 1_000
#: Ways of asking the peer understands: words without filters, sorting or deep pages.
KINDS = ("number", "title", "part of a title", "word", "two words", "clause")


def load(archive: Archive) -> float:
    """Store and index every document of `archive` for the peer; return the seconds it took."""
    from django.db import transaction
    from wagtail.search.backends import get_search_backend

    from bench.models import PeerDocument

    backend = get_search_backend("stock")
    started = time.perf_counter()
    for start in range(0, archive.size, _BATCH):
        stop = min(start + _BATCH, archive.size)
        rows = [
            PeerDocument(position=position, title=document["title"], body=document["text"])
            for position, document in enumerate(documents(archive.source, start, stop), start)
        ]
        # One transaction for many documents is as bulk as it can be given them.
        with transaction.atomic():
            backend.add_bulk(PeerDocument, PeerDocument.objects.bulk_create(rows))
    return time.perf_counter() - started


def chosen(asked: Sequence[Asked], number: int) -> list[Asked]:
    """Return about `number` queries the peer understands, every class alike."""
    each = max(1, number // len(KINDS))
    return [query for kind in KINDS for query in [a for a in asked if a.kind == kind][:each]]


def searches(text: str) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return ours and the peer's search for `text`: ten documents, fetched from the database."""
    from django.db import DatabaseError
    from wagtail.search.backends import get_search_backend

    from bench.models import PeerDocument
    from search.query import SearchQuery
    from search.selectors import run_search

    backend = get_search_backend("stock")

    def theirs() -> list[PeerDocument]:
        # It puts some punctuation into the database's query language: no answer, and counted as a fast one.
        with contextlib.suppress(DatabaseError):
            return list(backend.search(text, PeerDocument)[:10])
        return []

    return (lambda: run_search(SearchQuery(q=text), facets=False)), theirs
