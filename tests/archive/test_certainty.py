"""How sure the recognition is, field by field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.readers.base import Extract
from search.archive.recognise import recognise
from search.archive.recognise.certainty import ESSENTIAL, clause_confidence, lowest
from tests.archive.files import NOTICE


def read(text: str, *, name: str = "a.txt") -> dict[str, object]:
    fields = recognise(Extract(text, "txt", "text/plain"), name=name)[0].fields
    return {**fields, "confidence": dict(fields["confidence"])}


def test_a_complete_notice_is_read_with_a_confidence_for_every_field_found() -> None:
    fields = read(NOTICE)
    assert fields["signature"] == "云岭省人民政府办公厅 2021年3月2日"
    sure = fields["confidence"]
    assert isinstance(sure, dict)
    found = {
        "title", "document_number", "issuing_authority", "genre", "level", "region", "doc_type", "addressees", "signature",
        "adopted_on", "effective_on", "valid_until", "clauses", "normative",
    }  # fmt: skip
    assert found <= sure.keys()
    assert all(0 < value <= 1 for value in sure.values())
    assert (lowest(sure) or 0) >= 0.6


def test_what_is_not_there_has_no_confidence() -> None:
    sure = read("停车须知\n请勿乱停。\n违者拖走。")["confidence"]
    assert isinstance(sure, dict)
    assert not {"signature", "addressees", "document_number", "effective_on"} & sure.keys()


def test_a_title_taken_from_the_name_of_the_file_is_doubtful() -> None:
    fields = read("第一条 甲。\n第二条 乙。", name="云岭省停车场管理办法.txt")
    assert fields["title"] == "云岭省停车场管理办法"
    assert (lowest(fields["confidence"]) or 1) < 0.6  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一条 甲。\n第二条 乙。\n第三条 丙。", 1.0),
        ("第一条 甲。\n第四条 丁。", 0.75),
        ("没有分条的一段话。", 0.8),
        ("", 0.0),
    ],
)
def test_articles_without_a_gap_are_trusted_most(text: str, expected: float) -> None:
    assert clause_confidence(text) == expected


@given(st.dictionaries(st.sampled_from([*ESSENTIAL, "genre", "level"]), st.floats(0, 1)))
def test_the_lowest_is_that_of_an_essential_field(sure: dict[str, float]) -> None:
    essential = [value for name, value in sure.items() if name in ESSENTIAL]
    assert lowest(sure) == (min(essential) if essential else None)


@given(st.text(max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    assert 0 <= clause_confidence(text) <= 1
