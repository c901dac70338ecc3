"""The measurements: each returns results to print, none prints."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Sequence

from bench.speed import children, peer
from bench.speed.archive import Archive, Build
from bench.speed.corpus import documents
from bench.speed.queries import Asked
from bench.speed.raw import RawTantivy, build_plain
from bench.speed.timing import Result, interleaved, milliseconds, percentile

ENGINE, PEER, GROWTH, REQUEST, INDEXING, CORES, VISIBLE, READERS = 1.5, 50.0, 3.0, 3.0, 0.7, 1.3, 1.0, 5.0
#: How many times a changed document is waited for.
CHANGES = 8


def engine_against_raw(asked: Sequence[Asked]) -> tuple[list[Result], dict[str, float]]:
    """Compare our engine with plain tantivy on the same queries; also return seconds at p95 for the growth."""
    from search.engines import get_engine
    from search.plan import make_plan
    from search.relaxation import answer

    engine = get_engine()
    raw = RawTantivy(engine)  # type: ignore[arg-type]
    pairs = []
    for one in asked:
        plan = make_plan(one.query, day=_today())
        # Plain tantivy is asked what found something: it does not have to find out what that is.
        _found, answered = answer(engine.search, plan, one.query)
        pairs.append((_call(answer, engine.search, plan, one.query), raw.search(answered)))
    for ours, theirs in pairs[:20]:
        ours(), theirs()
    mine, plain = interleaved(pairs)
    ratio = percentile(mine, 0.95) / percentile(plain, 0.95)
    detail = f"ours {milliseconds(mine)}; tantivy {milliseconds(plain)}"
    by_kind = {
        kind: percentile([t for t, one in zip(mine, asked, strict=True) if one.kind == kind], 0.95)
        for kind in dict.fromkeys(one.kind for one in asked)
    }
    return [Result("engine p95 / raw tantivy p95", ratio, ENGINE, detail=detail)], {
        "": percentile(mine, 0.95),
        **by_kind,
    }


def request_against_engine(asked: Sequence[Asked]) -> tuple[Result, float]:
    """Compare the whole answer of `/search/` (view, database, marks, template) with the engine's part of it."""
    from django.test import Client

    from search.engines import get_engine
    from search.plan import make_plan
    from search.relaxation import answer

    client, engine = Client(), get_engine()

    def page(address: str) -> Callable[[], object]:
        def get() -> object:
            response = client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address} answers {response.status_code}")
            return response

        return get

    pairs = [
        (
            page(f"/search/{one.query.link()}"),
            _call(answer, engine.search, make_plan(one.query, day=_today()), one.query),
        )
        for one in asked
    ]
    for get, _ in pairs[:20]:
        get()
    whole, part = interleaved(pairs)
    detail = f"page {milliseconds(whole)}; engine {milliseconds(part)}"
    result = Result(
        "page p95 / engine p95", percentile(whole, 0.95) / percentile(part, 0.95), REQUEST, detail=detail
    )
    return result, percentile(whole, 0.95)


def ours_against_wagtail(archive: Archive, asked: Sequence[Asked], number: int) -> list[Result]:
    """Compare whole answers for words: Wagtail's backend is asked `number` queries, ours the same."""
    spent = peer.load(archive)
    pairs = [peer.searches(one.query.q) for one in peer.chosen(asked, number)]
    ours, theirs = interleaved(pairs, repeats=1)
    ours = [min(a, b) for a, b in zip(ours, interleaved([(o, o) for o, _ in pairs], 2)[0], strict=True)]
    detail = f"ours {milliseconds(ours)}; Wagtail {milliseconds(theirs)}, indexed in {spent:.0f} s"
    return [
        Result(
            f"Wagtail {name} / ours {name}",
            percentile(theirs, share) / percentile(ours, share),
            PEER,
            True,
            detail,
        )
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


def indexing_against_plain(archive: Archive, build: Build, number: int) -> list[Result]:
    """Compare our build (read from the database) with cutting and indexing the same texts in one process."""
    plain = build_plain(documents(archive.source, 0, min(number, archive.size)))
    detail = f"ours {build.rate:.0f}/s, plain {plain.rate:.0f}/s"
    return [
        Result("indexing / (segmentation + raw tantivy)", build.rate / plain.rate, INDEXING, True, detail),
        Result(
            "cores used while indexing",
            build.cores,
            CORES,
            True,
            f"{build.documents} documents in {build.wall:.1f} s",
        ),
    ]


def visibility(size: int) -> list[Result]:
    """Measure from the call of a service until a search in another process finds the change; the slowest of a few."""
    from search import indexing
    from search.archive.services import DocumentRow, upsert_documents

    waits: list[float] = []
    with children.children(1, children.await_title) as (reader,):
        for turn in range(CHANGES):
            text = f"云岭第{turn}号试验项目管理办法"
            reader.send(text)
            started = time.monotonic()
            upsert_documents(rows=[DocumentRow(f"bench:{turn * 97 % size}", {"title": text})])
            indexing.drain()
            waits.append(reader.receive() - started)
    detail = f"seconds, slowest of {CHANGES}; median {percentile(waits, 0.5):.2f}"
    return [Result("a change is found by another process", max(waits), VISIBLE, detail=detail)]


def readers_while_indexing(asked: Sequence[Asked], size: int, duration: float, readers: int) -> list[Result]:
    """Compare readers beside a writer with the same readers without, as processes and as threads of one."""
    queries = [one.query for one in asked]
    results = []
    with children.children(1, children.write, size) as (writer,):
        with children.children(readers, children.read, queries) as processes:
            results.append(_idle_and_busy(f"{readers} processes", lambda: _all(processes, duration), writer))
        results.append(
            _idle_and_busy(f"{readers} threads", lambda: _threads(readers, queries, duration), writer)
        )
    return results


def _idle_and_busy(name: str, read: Callable[[], list[float]], writer: children.Child) -> Result:
    idle = read()
    writer.send("go")
    busy = read()
    writer.send("stop")
    written, seconds = writer.receive()
    detail = (
        f"idle p99 {1_000 * percentile(idle, 0.99):.0f} ms, busy {1_000 * percentile(busy, 0.99):.0f} ms;"
        f" {len(busy)} searches beside {written / seconds:.0f} documents/s"
    )
    return Result(
        f"{name}: p99 while indexing / idle",
        percentile(busy, 0.99) / percentile(idle, 0.99),
        READERS,
        detail=detail,
    )


def _all(processes: Sequence[children.Child], duration: float) -> list[float]:
    for process in processes:
        process.send(duration)
    return [seconds for process in processes for seconds in process.receive()]


def _threads(number: int, queries: Sequence[object], duration: float) -> list[float]:
    from django.db import connection

    from search.selectors import run_search

    found: list[list[float]] = [[] for _ in range(number)]

    def work(place: int) -> None:
        mixed = [*queries[place::number], *queries[:place]]
        found[place] = children.search_for(duration, mixed, run_search)  # type: ignore[arg-type]
        connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [seconds for times in found for seconds in times]


def growth(small: dict[str, float], large: dict[str, float], sizes: tuple[int, int]) -> list[Result]:
    """Compare p95 at the largest size with the one before it, for the whole page and for the engine alone."""
    detail = f"{sizes[0]} to {sizes[1]} documents"
    return [
        Result(f"{name} p95 growth", large[name] / small[name], GROWTH, detail=detail)
        for name in ("page", "engine")
    ]


def _call(function: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: function(*arguments)


def _today() -> datetime.date:
    from django.utils import timezone

    return timezone.localdate()
