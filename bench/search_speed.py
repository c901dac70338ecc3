"""Search speed: ratios against plain tantivy, Wagtail's database backend and ourselves, at several sizes, in one run.

    python bench/search_speed.py ARCHIVE.jsonl.gz [--sizes 5000,100000,500000] [--json FILE] [--per-class 20]

The archives are resampled from the paragraphs of ARCHIVE (`bench.speed.corpus`). Everything is built in a throw-away
folder. Absolute times are the machine's; the ratios are ours, and each stands beside its bar. Ends with 1 when one fails.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.speed.archive import Archive, Build
    from bench.speed.queries import Asked
    from bench.speed.timing import Result

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_ROOT / "site"), str(_ROOT)]
#: Documents the queries are drawn from.
_DRAWN_FROM = 2_000


def main(arguments: list[str] | None = None) -> int:
    """Build, measure, print; return the exit status."""
    options = _options(arguments)
    # Not setdefault: a benchmark must never write into the folder or the database of a running portal.
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(_ROOT / "site"), str(_ROOT), os.environ.get("PYTHONPATH", "")]
    )
    for name in ("YANLU_DATA", "DATABASE_URL", "ELASTICSEARCH_URL", "CACHE_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # Processes beside this one use the same folder.
    os.environ["YANLU_DATA"] = str(settings.DATA_DIR)
    try:
        call_command("migrate", run_syncdb=True, verbosity=0)
        results = measure(options)
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
    print(_table(results))
    return 0 if all(result.passed for result in results) else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--sizes", type=_sizes, default=(5_000, 100_000, 500_000))
    parser.add_argument("--json", type=Path, help="also write the results there")
    parser.add_argument("--per-class", type=int, default=16, help="queries of each class")
    parser.add_argument(
        "--wagtail-at", type=int, default=100_000, help="size at which Wagtail is asked; 0: not at all"
    )
    parser.add_argument("--wagtail-queries", type=int, default=30, help="it is slow")
    parser.add_argument("--plain", type=int, default=20_000, help="documents indexed by plain tantivy")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each phase of concurrent reading")
    parser.add_argument("--readers", type=int, default=8, help="concurrent readers")
    return parser.parse_args(arguments)


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(sorted({int(part) for part in text.split(",")}))
    if not sizes or sizes[0] < 1:
        raise argparse.ArgumentTypeError("sizes are positive numbers, separated by commas")
    return sizes


def measure(options: argparse.Namespace) -> list[Result]:
    """Return all results; what is done and how long it took goes to the output as it happens.

    After each size the results so far are printed and written, so that a run that is cut off has not been for nothing.
    """
    from bench.speed import measures
    from bench.speed.archive import Archive
    from bench.speed.timing import peak_memory

    archive = Archive.read(options.archive)
    results: list[Result] = []
    at_p95: dict[int, dict[str, float]] = {}
    for size in options.sizes:
        found, at_p95[size] = _measure_at(archive, size, options)
        results += found
        print(_table(found), flush=True)
        _write(results, options.json)
    if len(options.sizes) > 1:
        small, large = options.sizes[-2:]
        results += measures.growth(at_p95[small], at_p95[large], (small, large))
        _write(results, options.json)
    print(f"\n{archive.average_length:.0f} characters a document on average; peak memory {peak_memory()} MB")
    return results


def _measure_at(
    archive: Archive, size: int, options: argparse.Namespace
) -> tuple[list[Result], dict[str, float]]:
    """Grow `archive` to `size` and return what was measured there, and the seconds at p95 of engine and page."""
    from bench.speed import measures
    from bench.speed.archive import build_index
    from bench.speed.queries import draw

    # What is measured once is measured at the second largest size, which every run has time for.
    middle = options.sizes[-2:][0]
    with _said(f"{size} documents stored"):
        archive.grow(size)
    with _said(f"{size} documents indexed"):
        build = build_index()
    asked = draw(archive.sample(_DRAWN_FROM), options.per_class)
    with _said(f"{len(asked)} queries at {size}"):
        found, engine = measures.engine_against_raw(asked)
        request, page = measures.request_against_engine(asked)
    at_p95 = {"engine": engine.pop(""), "page": page}
    print("   engine p95 by class, ms:", ", ".join(f"{k} {1_000 * v:.1f}" for k, v in engine.items()))
    # Where a search takes a millisecond or two, what Python needs around it is most of it: told, not judged.
    results = [result if size >= middle else replace(result, bar=None) for result in (*found, request)]
    if size == options.wagtail_at or (options.wagtail_at > options.sizes[-1] and size == middle):
        with _said("Wagtail"):
            results += measures.ours_against_wagtail(archive, asked, options.wagtail_queries)
    if size == middle:
        with _said("indexing, changes, readers"):
            results += _once(archive, build, asked, options)
    return [_at(size, result) for result in results], at_p95


def _once(archive: Archive, build: Build, asked: list[Asked], options: argparse.Namespace) -> list[Result]:
    """What is measured at one size only: indexing, how soon a change is found, readers beside a writer."""
    from bench.speed import measures

    return [
        *measures.indexing_against_plain(archive, build, options.plain),
        *measures.visibility(archive.size),
        *measures.readers_while_indexing(asked, archive.size, options.seconds, options.readers),
    ]


def _at(size: int, result: Result) -> Result:
    return replace(result, name=f"{result.name} ({size})")


@contextmanager
def _said(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"   {what}: {time.perf_counter() - started:.0f} s", flush=True)


def _table(results: list[Result]) -> str:
    from bench.speed.timing import table

    return table(results)


def _write(results: list[Result], path: Path | None) -> None:
    if path is not None:
        path.write_text(
            json.dumps([result.as_json() for result in results], ensure_ascii=False, indent=1), "utf-8"
        )


if __name__ == "__main__":
    sys.exit(main())
