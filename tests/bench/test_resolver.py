"""The bench of the resolver: its labels hold no text, and its counting is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.resolver import LABELS, Label, Passage, Tally, read_labels, score
from search.archive.citations import Citation
from search.archive.clause_references import ClauseReference
from search.archive.enums import RelationKind


def test_there_are_enough_labels_and_they_hold_no_text() -> None:
    passages = read_labels(LABELS)
    labels = [label for p in passages for label in p.labels if label.kind]
    assert len(labels) >= 300 and len({p.doc for p in passages}) >= 200
    assert LABELS.read_text(encoding="utf-8").isascii()
    assert {label.kind for label in labels} <= set(RelationKind.values)
    strata = {tuple(p.stratum.split("/")) for p in passages}
    assert {"bare", "heading", "list", "number", "plain", "repeal", "title"} <= {s[1] for s in strata}


def test_every_label_lies_in_its_passage() -> None:
    for passage in read_labels(LABELS):
        spans = sorted((label.start, label.end) for label in passage.labels)
        assert all(passage.start <= a < b <= passage.end for a, b in spans)


def test_a_label_of_no_passage_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(
        json.dumps({"passage": 7, "start": 0, "end": 1, "kind": "cites", "targets": [], "clauses": []})
    )
    with pytest.raises(ValueError, match="7"):
        read_labels(path)


def cited(start: int, kind: RelationKind = RelationKind.CITES, paths: tuple[str, ...] = ()) -> Citation:
    references = tuple(ClauseReference(p, p) for p in paths)
    return Citation(kind, "甲", "", "《甲》", "", start, start + 3, references=references)


def test_counting() -> None:
    labels = [
        Label(0, 3, "basis", ("n1",), ("a1",)), Label(10, 13, "cites", ("n2", "n3"), ()), Label(20, 23, "cites", (), ()),
        Label(30, 33, "repeals", ("n4",), ()), Label(40, 43, None, (), ()),
    ]  # fmt: skip
    passage, tally = Passage("d", "text", 0, 100, "x/title", labels), Tally()
    found = [
        (cited(0, RelationKind.BASIS, ("a1", "a2")), "n1", True), (cited(10), "n3", False), (cited(20), "n9", False),
        (cited(40), "n5", False), (cited(50), "n6", False),
    ]  # fmt: skip
    mistakes = list(score(passage, found, tally))
    assert tally.recall("detection") == 3 / 4 and tally.precision("detection") == 3 / 4
    assert tally.recall("resolution") == 2 / 3 and tally.precision("resolution") == 2 / 4
    assert (tally.precision("kind"), tally.precision("clause"), tally.recall("clause")) == (1.0, 0.5, 1.0)
    assert sorted(m.split()[0] for m in mistakes) == ["clause", "extra", "missed", "target"]
    assert tally.recall("resolution", "repeals") == 0.0 and tally.precision("kind", "basis") == 1.0
