"""The real import: every document, raw file and seed in one command, twice; and what recognition makes of the files."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from search.archive.clauses import compact, parse_clauses
from search.archive.enums import ItemStatus, Reason
from search.archive.models import ImportItem, NormativeDocument
from search.archive.numbers import parse_number
from search.models import ActionStatus, IndexAction

pytestmark = [pytest.mark.corpus]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    from tests.conftest import CORPUS

    with gzip.open(CORPUS / "archive" / "normative.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def test_every_number_of_the_archive_is_understood(rows: list[dict[str, Any]]) -> None:
    stated = [r["document_number_raw"] for r in rows if r["document_number_raw"]]
    assert len(stated) > 1000
    assert [raw for raw in stated if parse_number(raw) is None] == []


def test_clauses_of_every_document_lose_nothing_and_repeat_no_id(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        clauses = parse_clauses(row["text"])
        assert len({c.id for c in clauses}) == len(clauses), row["title"]
        assert compact("".join(c.label + c.text for c in clauses)) == compact(row["text"]), row["title"]


def _import(corpus: Path, report: Path) -> dict[str, Any]:
    archive = corpus / "archive"
    call_command(
        "import_archive", archive / "normative.jsonl.gz", archive / "raw", corpus / "seeds", "--quiet", "--report", report,
        stdout=io.StringIO(),
    )  # fmt: skip
    loaded: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.django_db
def test_the_whole_corpus_in_one_command_and_again(
    corpus: Path, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    first = _import(corpus, tmp_path / "1.json")
    outcomes = {k: first[k] for k in ("added", "updated", "unchanged", "set_aside", "waiting")}
    files = 1 + sum(
        1 for folder in ("archive/raw", "seeds") for p in (corpus / folder).iterdir() if p.is_file()
    )
    assert first["files"] == files
    assert sum(outcomes.values()) == first["read"] >= len(rows) + files - 1
    assert outcomes["added"] == NormativeDocument.objects.count() >= len(rows)
    assert outcomes["set_aside"] == ImportItem.objects.waiting().count() == sum(first["reasons"].values())
    assert Reason.FAILED.value not in first["reasons"]
    assert not ImportItem.objects.waiting().filter(original=None).exists()
    assert first["documents_per_second"] > 0
    assert first["peak_memory_mb"] < 1500
    assert not IndexAction.objects.filter(status=ActionStatus.PENDING).exists()
    _check_the_seeds()

    before = list(NormativeDocument.objects.order_by("pk").values_list("pk", "content_hash", "updated_at"))
    second = _import(corpus, tmp_path / "2.json")
    assert (second["added"], second["updated"], second["set_aside"]) == (0, 0, 0)
    assert (second["unchanged"], second["waiting"]) == (outcomes["added"], outcomes["set_aside"])
    assert (
        list(NormativeDocument.objects.order_by("pk").values_list("pk", "content_hash", "updated_at"))
        == before
    )
    assert second["relations"] == 0


def _check_the_seeds() -> None:
    """The five messy seeds: three are documents, the five-in-one file and the op-ed wait for a person."""
    liaoning = NormativeDocument.objects.get(number_key="standard|辽委办发|2000|6")
    assert liaoning.issuing_authority == "中共辽宁省委办公厅"
    assert str(liaoning.adopted_on) == "2000-02-17" and liaoning.text.endswith("2000年2月17日")
    henan = NormativeDocument.objects.get(number_key="standard|豫办|2016|60")
    assert "(guān)" not in henan.text and henan.title.startswith("中共河南省委")
    assert str(henan.adopted_on) == "2016-12-09"
    chengdu = NormativeDocument.objects.get(number_key="standard|成办发|2003|75")
    assert str(chengdu.adopted_on) == "2003-05-26" and "律师" not in chengdu.text
    noise = ImportItem.objects.get(document=henan).payload["noise"]
    assert "ruby × 780" in noise
    waiting = {
        i.origin.rsplit("/", 1)[-1]: i.reason_code
        for i in ImportItem.objects.filter(status=ItemStatus.SET_ASIDE)
    }
    assert waiting["002_five_articles.txt"] == Reason.SEVERAL
    assert waiting["004_huludao_2013.txt"] in (Reason.NO_TITLE, Reason.NOT_NORMATIVE)
    assert waiting["INDEX.tsv"] == Reason.UNSUPPORTED
    assert ImportItem.objects.filter(reason_code=Reason.SEVERAL).count() == 5
