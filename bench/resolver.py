"""Precision and recall of the archive's citations, on a sample labelled by hand.

    python -m bench.resolver ARCHIVE.jsonl.gz [--failures] [--require] [--labels FILE]

`bench/labels/citations.jsonl` holds ids and offsets only. A line with `doc` opens a passage (characters `start` to `end`
of the document's text or title); the lines with its number in `passage` are all the citations a person found in it: the
span, what the document does there, the clauses named, and the documents meant (none: not in the archive; several: two
texts of the same version). `kind` null marks a span that is right either way. How the sample was drawn: ADR 0019.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "site"), str(Path(__file__).resolve().parents[1])]
if TYPE_CHECKING:
    from search.archive.candidates import Known
    from search.archive.citations import Citation
    from search.archive.resolution import Resolver

LABELS = Path(__file__).parent / "labels" / "citations.jsonl"
#: What `--require` asks for.
PRECISION, RECALL = 0.98, 0.90


@dataclass(frozen=True, slots=True)
class Label:
    """One citation as a person reads it; offsets into the document's text or title."""

    start: int
    end: int
    kind: str | None
    targets: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(slots=True)
class Passage:
    """A stretch of one document in which every citation is labelled."""

    doc: str
    where: str
    start: int
    end: int
    stratum: str
    labels: list[Label] = field(default_factory=list)


def read_labels(path: Path) -> list[Passage]:
    """The passages of a label file, in order. Raises ValueError for a label of an unknown passage."""
    passages: dict[int, Passage] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "doc" in row:
            passages[row["passage"]] = Passage(
                row["doc"], row["where"], row["start"], row["end"], row["stratum"]
            )
            continue
        if row["passage"] not in passages:
            raise ValueError(f"label of unknown passage {row['passage']}")
        label = Label(row["start"], row["end"], row["kind"], tuple(row["targets"]), tuple(row["clauses"]))
        passages[row["passage"]].labels.append(label)
    return list(passages.values())


class Tally:
    """Right, said and true counts of each measure, over all and by kind."""

    def __init__(self) -> None:
        self.counts: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))

    def add(
        self, measure: str, kind: str, *, said: bool = False, true: bool = False, right: bool = False
    ) -> None:
        """Count one citation: the machine `said` something, there `is` something to say, and it was right."""
        for group in ("all", kind):
            self.counts[measure][group].update({"said": said, "true": true, "right": right})

    def precision(self, measure: str, group: str = "all") -> float:
        count = self.counts[measure][group]
        return count["right"] / count["said"] if count["said"] else 1.0

    def recall(self, measure: str, group: str = "all") -> float:
        count = self.counts[measure][group]
        return count["right"] / count["true"] if count["true"] else 1.0


def score(
    passage: Passage, found: Sequence[tuple[Citation, str | None, bool]], tally: Tally
) -> Iterator[str]:
    """Count one passage; yields a line (ids and offsets only) for each mistake.

    `found`: the machine's citations in the passage, each with the id of its target and whether its clauses were linked.
    """
    taken: set[int] = set()
    for label in passage.labels:
        match = next(
            (i for i, (c, _t, _l) in enumerate(found) if i not in taken and c.start < label.end and label.start < c.end), None
        )  # fmt: skip
        if match is not None:
            taken.add(match)
        if label.kind is not None:
            yield from _score_one(passage, label, None if match is None else found[match], tally)
    for index, (citation, target, _linked) in enumerate(found):
        if index not in taken:
            tally.add("detection", citation.kind, said=True)
            if target:
                tally.add("resolution", citation.kind, said=True)
            yield f"extra {passage.doc} {passage.where} {citation.start}-{citation.end} {citation.kind} {target}"


def _score_one(
    passage: Passage, label: Label, found: tuple[Citation, str | None, bool] | None, tally: Tally
) -> Iterator[str]:
    kind = label.kind or ""
    place = f"{passage.doc} {passage.where} {label.start}-{label.end}"
    tally.add("detection", kind, true=True, said=found is not None, right=found is not None)
    if found is None:
        if label.targets:
            tally.add("resolution", kind, true=True)
        for _clause in label.clauses:
            tally.add("clause", kind, true=True)
        yield f"missed {place} {kind}"
        return
    citation, target, _linked = found
    right = target in label.targets
    tally.add("resolution", kind, said=target is not None, true=bool(label.targets), right=right)
    if (target is not None or label.targets) and not right:
        yield f"target {place} said {target} meant {label.targets}"
    tally.add("kind", kind, said=True, true=True, right=citation.kind == kind)
    if citation.kind != kind:
        yield f"kind {place} said {citation.kind} is {kind}"
    read = [r.path for r in citation.references]
    for clause in set(read) | set(label.clauses):
        said, true = clause in read, clause in label.clauses
        tally.add("clause", kind, said=said, true=true, right=said and true)
    if set(read) != set(label.clauses):
        yield f"clause {place} said {read} is {list(label.clauses)}"


def _archive(path: Path) -> dict[str, int]:
    """Put the archive into the throw-away database; corpus id -> primary key."""
    from bench.archive import read_archive
    from bench.peers import fields_of
    from search.archive.services import DocumentRow, upsert_documents

    rows = [DocumentRow(d["id"], fields_of(d)) for d in read_archive(path)]
    ids: dict[str, int] = {}
    for start in range(0, len(rows), 500):
        ids |= upsert_documents(rows=rows[start : start + 500]).ids
    return ids


def _found(passage: Passage, source: Known, text: str, laws: frozenset[str]) -> list[Citation]:
    from search.archive.citations import find_citations

    in_title = passage.where == "title"
    return [
        c for c in find_citations(source.title, text, number_key=source.number_key, laws=laws)
        if c.in_title is in_title and passage.start <= c.start < passage.end
    ]  # fmt: skip


def measure(passages: list[Passage], ids: dict[str, int], mistakes: list[str]) -> Tally:
    """Find and resolve the citations of every passage, and count."""
    from search.archive.candidates import COLUMNS, Candidates, as_known
    from search.archive.models import NormativeDocument
    from search.archive.relations import law_names
    from search.archive.resolution import Resolver

    names, laws, tally = {pk: key for key, pk in ids.items()}, law_names(), Tally()
    for passage in passages:
        row = NormativeDocument.objects.values_list(*COLUMNS, "text").get(pk=ids[passage.doc])
        source = as_known(row[:-1])
        cited = _found(passage, source, row[-1], laws)
        resolver: Resolver = Resolver(Candidates((c.title_key, c.number_key) for c in cited))
        answers: list[tuple[Citation, str | None, bool]] = []
        for citation in cited:
            target = resolver.resolve(citation, source)
            linked = bool(
                target
                and citation.references
                and resolver.linked_clause(target, citation.references[0], source)
            )
            answers.append((citation, names[target.pk] if target else None, linked))
        mistakes.extend(score(passage, answers, tally))
    return tally


def report(tally: Tally) -> None:
    """Print the table: each measure over all and by kind."""
    print(f"{'':24}{'said':>7}{'true':>7}{'right':>7}{'precision':>11}{'recall':>9}")
    for name in ("detection", "resolution", "kind", "clause"):
        for group, count in sorted(tally.counts[name].items(), key=lambda g: (g[0] != "all", g[0])):
            title = name if group == "all" else f"  {group}"
            print(
                f"{title:24}{count['said']:7}{count['true']:7}{count['right']:7}"
                f"{tally.precision(name, group):11.3f}{tally.recall(name, group):9.3f}"
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--failures", action="store_true", help="list every mistake by id and offset")
    parser.add_argument(
        "--require",
        action="store_true",
        help=f"fail below precision {PRECISION} or recall {RECALL} of resolution",
    )
    return parser.parse_args()


def main() -> int:
    """Build, measure, print; 1 when `--require` is not met."""
    options = _options()
    # Not setdefault: a benchmark must never write into the folder or the database of a running portal.
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    for name in ("YANLU_DATA", "DATABASE_URL", "ELASTICSEARCH_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    try:
        call_command("migrate", run_syncdb=True, verbosity=0)
        ids = _archive(options.archive)
        passages, mistakes = read_labels(options.labels), list[str]()
        started = time.perf_counter()
        tally = measure(passages, ids, mistakes)
        labels = sum(1 for p in passages for label in p.labels if label.kind)
        print(f"{len(passages)} passages, {labels} citations labelled, {time.perf_counter() - started:.1f} s")
        report(tally)
        if options.failures:
            print("\n".join(mistakes))
    finally:
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
    met = tally.precision("resolution") >= PRECISION and tally.recall("resolution") >= RECALL
    return int(options.require and not met)


if __name__ == "__main__":
    sys.exit(main())
