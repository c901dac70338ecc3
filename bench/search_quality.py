"""Search quality: MRR@10, success@1 and recall@10 of every query class, for our two engines and two peers, in one run.

    python bench/search_quality.py ARCHIVE.jsonl.gz [--seed 7] [--per-class 40] [--peer-per-class 10]
        [--elasticsearch URL] [--split 0.1 [--split-seed 1]] [--only CLASS…] [--failures] [--require 0.985]

Columns: ours on the embedded engine, ours on Elasticsearch (at --elasticsearch, else ELASTICSEARCH_URL, else the one in
var/services.env), Wagtail's database backend as shipped, and tantivy with nothing but words (title x4 and body). What a
right answer is, each module of query classes says (`bench.queries*`); it is computed from the file, never by a search.
Everything is built in a throw-away folder, database and index.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
# As a script Python puts this folder first; it is the package's own, not a place of modules.
sys.path[:] = [
    str(ROOT / "site"),
    str(ROOT),
    *(p for p in sys.path if Path(p or ".").resolve() != ROOT / "bench"),
]

from bench.archive import Query, read_archive, split_by_title  # noqa: E402
from bench.measures import Score, ZeroResults, mean, score_all  # noqa: E402

if TYPE_CHECKING:
    from bench.peers import Column


def main() -> None:
    """Build, ask, print."""
    options = _options()
    # Not setdefault: a benchmark must never write into the folder or the database of a running portal.
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    server = options.elasticsearch or server_address()
    server = "" if server == "none" else server
    for name in ("YANLU_DATA", "DATABASE_URL", "ELASTICSEARCH_URL", "CACHE_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    try:
        call_command("migrate", run_syncdb=True, verbosity=0)
        _measure(options, server)
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--per-class", type=int, default=40)
    parser.add_argument(
        "--peer-per-class", type=int, default=10, help="of Wagtail's backend, which is slow; 0: none"
    )
    parser.add_argument("--elasticsearch", default="", help="address of a node; none: do not ask one")
    parser.add_argument(
        "--split", type=float, default=0.0, help="measure on this random share of the titles only"
    )
    parser.add_argument("--split-seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="only classes whose name contains this")
    parser.add_argument("--failures", action="store_true", help="list queries whose first answer is wrong")
    parser.add_argument("--require", type=float, default=0.0, help="fail below this mean MRR@10")
    return parser.parse_args()


def server_address() -> str:
    """Return the address of an Elasticsearch node from the environment or var/services.env; empty if neither says."""
    if address := os.environ.get("ELASTICSEARCH_URL", ""):
        return address
    file = ROOT / "var" / "services.env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return values.get("ELASTICSEARCH_URL", "").strip("\"'")


def _measure(options: argparse.Namespace, server: str) -> None:
    from bench import peers
    from bench.queries import build_queries

    documents = read_archive(options.archive)
    if options.split:
        documents, _rest = split_by_title(documents, options.split, options.split_seed)
    queries = build_queries(documents, seed=options.seed, per_class=options.per_class)
    queries = [q for q in queries if not options.only or any(part in q.kind for part in options.only)]
    print(f"{len(documents)} documents, {len(queries)} queries, seed {options.seed}")
    ours = peers.embedded(documents)
    columns = [ours, peers.elasticsearch(server, ours), peers.tantivy_words(documents)]
    if options.peer_per_class:
        columns.insert(2, peers.wagtail(documents, per_class=options.peer_per_class))
    try:
        scores = {column.name: _score(column, queries) for column in columns if not column.missing}
        print_table(columns, scores)
        print(ZeroResults.count(queries, ours.total, ours.suggests).table())
        if options.failures:
            _print_failures(queries, ours)
    finally:
        for column in columns:
            column.close()
    if mean(scores[ours.name]).mrr < options.require:
        sys.exit(f"mean MRR@10 {mean(scores[ours.name]).mrr:.3f} is below {options.require}")


def _score(column: Column, queries: Sequence[Query]) -> dict[str, Score]:
    asked: list[Query] = []
    for kind in dict.fromkeys(query.kind for query in queries):
        asked.extend([query for query in queries if query.kind == kind][: column.per_class])
    return score_all(asked, column.search)


def print_table(columns: Sequence[Column], scores: dict[str, dict[str, Score]]) -> None:
    """Print one line for each class and the mean over classes; a column without a server says so."""
    shown = [column for column in columns if not column.missing]
    kinds = list(next(iter(scores.values())))
    print("\n" + f"{'':20}" + "".join(f" | {column.name:^25}" for column in shown))
    print(f"{'class':20}" + f" | {'n':>4} {'MRR@10':>6} {'S@1':>6} {'R@10':>6}" * len(shown))
    for kind in [*kinds, "mean"]:
        values = [mean(scores[c.name]) if kind == "mean" else scores[c.name][kind] for c in shown]
        cells = (f" | {s.queries:4} {s.mrr:6.3f} {s.success:6.3f} {s.recall:6.3f}" for s in values)
        print(f"{kind:20}" + "".join(cells))
    for column in columns:
        print(f"{column.name}: {column.missing or column.speed()}")


def _print_failures(queries: Sequence[Query], ours: Column) -> None:
    for query in queries:
        answers = ours.search(query.text)
        if not set(answers[:1]) & query.relevant:
            rank = next((i for i, answer in enumerate(answers, 1) if answer in query.relevant), 0)
            print(f"  {query.kind} [{rank or '-'}]: {query.text!r}")


if __name__ == "__main__":
    main()
