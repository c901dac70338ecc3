"""The engine on Elasticsearch: a cluster of its own for archives or visits beyond one machine (docs/search-operations.md).

One search is one request: what is asked for is the query, the filters of facets come after it, and each facet counts
with all filters but its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, dsl
from elasticsearch.dsl import query as q

from search.archive.enums import Validity
from search.conditions import validity_on
from search.engines.base import (
    Changes,
    DocumentsRefused,
    EngineResults,
    EngineUnavailable,
    Hit,
    IndexStatus,
    IndexUnusable,
)
from search.engines.elasticsearch_admin import IndexAdmin
from search.engines.elasticsearch_bulk import write
from search.engines.elasticsearch_lock import DocumentLock
from search.engines.elasticsearch_query import all_of, compile_condition, compile_text
from search.engines.elasticsearch_server import Server, ServerOptions
from search.engines.locks import Reentrant
from search.engines.ties import Scored, page_of
from search.plan import FACETS, SearchPlan
from search.preparation import PreparedDocument
from search.query import MAX_DEPTH, Sort

#: Seconds a writer waits for another before it gives up for now. More than a lock that was left behind lives.
LOCK_TIMEOUT = 20.0
#: Values of one facet that are counted, and how many each shard offers for it.
_FACET_SIZE, _SHARD_SIZE = 500, 5_000
#: Documents a new index may lack because they were refused; or a tenth of the archive, if that is more.
_REFUSED_ALLOWED = 20
#: Seconds the mapping of an index that was right is believed.
_MAPPING_AGE = 10.0


class ElasticsearchEngine:
    """One prefix on one cluster. Safe to share between threads."""

    def __init__(self, options: ServerOptions, prefix: str, *, shards: int = 1) -> None:
        self.server = Server(options)
        self.admin = IndexAdmin(prefix, shards=shards)
        #: Seconds a swapped-out index still answers: searches that had begun on it end before.
        self.grace = options.search_timeout
        self._writer_lock = DocumentLock(self.admin.lock_index, "writer")
        self._builder_lock = DocumentLock(self.admin.lock_index, "builder")
        self._writing = Reentrant(self._take_writer_lock)
        self._holding = threading.local()
        self._known: dict[str, float] = {}
        self._guard = threading.Lock()

    # Reading

    def search(self, plan: SearchPlan) -> EngineResults:
        """Answer `plan` (see `Engine.search`)."""
        try:
            return self._search(plan)
        except IndexUnusable:
            # An index that was swapped out and deleted in this very moment: the alias leads to the new one now.
            return self._search(plan)

    def _search(self, plan: SearchPlan) -> EngineResults:
        answers: list[Any] = []
        with self.server.answering() as client:

            def fetch(offset: int, limit: int) -> list[Scored]:
                # Counts do not depend on the page: they are asked for once.
                part = replace(
                    plan,
                    offset=offset,
                    limit=min(limit, MAX_DEPTH - offset),
                    facets=plan.facets and not answers,
                )
                answers.append(self._request(part).using(client).execute())
                return [(int(hit.meta.id), hit.meta.score) for hit in answers[-1].hits]

            scored = plan.sort is Sort.RELEVANCE
            page = page_of(fetch, plan.offset, plan.limit) if scored else fetch(plan.offset, plan.limit)
            self._ensure_known(client, {hit.meta.index for answer in answers for hit in answer.hits})
        return EngineResults(
            total=answers[0].hits.total.value,
            hits=tuple(Hit(pk, float(score) if scored else None) for pk, score in page),
            facets=_counts(answers[0].aggregations) if plan.facets else {},
        )

    def _request(self, plan: SearchPlan) -> dsl.Search[Any]:
        conditions = {name: compile_condition(condition) for name, condition in plan.filters}
        own = {name: part for name, part in conditions.items() if plan.facets and name in _FACET_NAMES}
        always = [part for name, part in conditions.items() if name not in own]
        search: dsl.Search[Any] = dsl.Search(index=self.admin.alias)
        search = search.query(q.Bool(must=[compile_text(plan)], filter=always)).source(False)
        if own:
            search = search.post_filter(all_of(own.values()))
        if plan.facets:
            _add_facets(search, plan, own)
        search = search.sort(*_order(plan.sort))[plan.offset : plan.offset + plan.limit]
        seconds = self.server.search_timeout
        search = search.extra(track_total_hits=True, timeout=f"{int(seconds * 1_000)}ms")
        # Frequencies are those of the whole index, however many shards; half an answer is none.
        return search.params(search_type="dfs_query_then_fetch", allow_partial_search_results=False)

    def _ensure_known(self, client: Elasticsearch, names: set[str]) -> None:
        """Believe an answer only of an index whose mapping is ours; looked at every few seconds.

        An answer without hits names no index, and is the last one to be believed without a look.
        """
        with self._guard:
            now = time.monotonic()
            if names and all(now < self._known.get(name, 0.0) for name in names):
                return
        name = self.admin.current(client)
        with self._guard:
            self._known = {name: time.monotonic() + _MAPPING_AGE}

    def status(self) -> IndexStatus:
        """See `Engine.status`."""
        try:
            with self.server.answering() as client:
                self.admin.current(client)
                self.admin.check_health(client)
                return IndexStatus(True, int(client.count(index=self.admin.alias)["count"]))
        except IndexUnusable as error:
            return IndexStatus(False, 0, str(error), repairable=True)
        except EngineUnavailable as error:
            return IndexStatus(False, 0, str(error))

    def verify(self) -> IndexStatus:
        """See `Engine.verify`. Elasticsearch checks its files by itself and answers red when one is damaged."""
        return self.status()

    # Writing

    def writing(self) -> AbstractContextManager[None]:
        """See `Engine.writing`."""
        return self._writing()

    @contextmanager
    def _take_writer_lock(self) -> Iterator[None]:
        with self.server.accepting() as client, self._writer_lock.hold(client, LOCK_TIMEOUT) as held:
            self._holding.writer = held
            yield
            # A process that stood still for longer than a lock lives does not know that another one has written.
            held.confirm()

    def apply(self, upserts: Iterable[PreparedDocument], deletes: Iterable[int]) -> None:
        """See `Engine.apply`."""
        with self.server.accepting() as client, self.writing():
            # Never write into an index of another version: its rebuild would come too late for what it took.
            self.admin.current(client)
            written, refused = write(client, self.admin.alias, upserts, deletes, alias=True)
            client.indices.refresh(index=self.admin.alias)
        if refused:
            raise DocumentsRefused(refused, written)

    def rebuild(
        self,
        documents: Iterable[PreparedDocument],
        catch_up: Callable[[], Iterable[Changes]] | None = None,
    ) -> int:
        """See `Engine.rebuild`."""
        with self.server.accepting() as client, self._builder_lock.hold(client, LOCK_TIMEOUT) as builder:
            self.admin.clear(client)
            name = self.admin.create(client)
            try:
                written, refused = write(client, name, documents, alias=False)
                _check_enough(written, refused)
                self.admin.finish(client, name)
                with self.writing():
                    for upserts, deletes in catch_up() if catch_up else ():
                        refused.update(write(client, name, upserts, deletes, alias=False)[1])
                    builder.confirm()
                    # Or another process has written to the old index what the new one lacks.
                    self._holding.writer.confirm()
                    self.admin.publish(client, name)
            except BaseException:
                _discard(client, name)
                raise
            time.sleep(self.grace)
            self.admin.clear(client, keep=name)
        if refused:
            raise DocumentsRefused(refused, written)
        return written


_FACET_NAMES = frozenset((*FACETS, "validity"))


def _add_facets(search: dsl.Search[Any], plan: SearchPlan, own: dict[str, q.Query]) -> None:
    """Add one count per facet, each under all filters but its own."""
    for name in _FACET_NAMES:
        others = [part for other, part in own.items() if other != name]
        if name == "validity":
            states = {v.value: compile_condition(validity_on(v, plan.day)) for v in Validity}
            counted: dsl.aggs.Agg[Any] = dsl.A("filters", filters=states)
        else:
            counted = dsl.A("terms", field=FACETS[name], size=_FACET_SIZE, shard_size=_SHARD_SIZE)
        search.aggs.bucket(name, "filter", filter=all_of(others)).bucket("values", counted)


def _counts(found: Any) -> dict[str, tuple[tuple[str, int], ...]]:
    counts = {
        name: tuple((str(b.key), int(b.doc_count)) for b in found[name]["values"].buckets) for name in FACETS
    }
    states = found["validity"]["values"].buckets
    validity = ((v.value, int(states[v.value].doc_count)) for v in Validity)
    counts["validity"] = tuple((value, count) for value, count in validity if count)
    return counts


def _order(sort: Sort) -> tuple[Any, ...]:
    if sort is Sort.NEWEST:
        return ({"newest": "desc"},)
    if sort is Sort.OLDEST:
        return ({"oldest": "asc"},)
    return ("_score", {"id": "asc"})


def _check_enough(written: int, refused: Mapping[int, str]) -> None:
    """Raise `EngineUnavailable` when so many documents were refused that the index would pass for a smaller archive."""
    if len(refused) > max(_REFUSED_ALLOWED, written // 10):
        raise EngineUnavailable(
            f"Elasticsearch refuses {len(refused)} documents: {next(iter(refused.values()))}"
        )


def _discard(client: Elasticsearch, name: str) -> None:
    """Remove an index that was not finished. When that fails too, the next build removes it."""
    try:
        client.indices.delete(index=name, ignore_unavailable=True)
    except (NotFoundError, ApiError, TransportError):
        return
