"""Rows of a jsonl archive under any value: an entry always, wrong types as absent, dates as people write them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.text import storable
from search.archive.enums import Reason
from search.archive.importing.entries import Entry, fields_from_payload
from search.archive.importing.originals import StoredOriginal
from search.archive.importing.rows import row_entry
from search.archive.services import content_hash
from tests.factories.archive import day

ORIGINAL = StoredOriginal("0" * 64, "a.jsonl", 1, "")
COLUMNS = (
    "id", "title", "text", "document_number", "document_number_raw", "issuing_body", "level", "region", "doc_type", "genre", "issued_on",
    "published_on", "effective_on", "valid_until", "effective_rule", "validity_text", "status", "history", "version_of", "text_scope",
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["2021-03-02", "失效", "有效期5年"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["date", "event", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def entry(**changes: Any) -> Entry:
    row = {"id": "r", "title": "停车办法", "text": "第一条 甲。", "doc_type": "规范性文件", **changes}
    return row_entry(json.dumps(row).encode(), 1, "a.jsonl", ORIGINAL)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(COLUMNS), anything))
def test_no_row_breaks_the_reader_and_every_entry_can_be_stored(row: dict[str, Any]) -> None:
    found = row_entry(json.dumps(row).encode(), 7, "a.jsonl", ORIGINAL)
    assert 0 < len(found.source_key) <= 200 and storable(found.source_key) == found.source_key
    assert bool(found.reason) == bool(found.message)
    payload = json.loads(json.dumps(found.payload()))
    assert storable(payload) == payload
    if found.reason is None:
        assert found.title and found.fields["text"].strip()
        assert content_hash(found.fields)
    elif "fields" in payload:
        back = fields_from_payload(payload["fields"])
        assert all(isinstance(back[k], dt.date | None) for k in ("adopted_on", "valid_until"))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=80))
def test_any_line_is_an_entry(line: bytes) -> None:
    found = row_entry(line, 3, "a.jsonl", ORIGINAL)
    assert found.origin == "a.jsonl:3"
    assert found.reason is not None or found.title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_in_the_encoding_their_file_was_saved_in(encoding: str) -> None:
    line = '{"id": "r", "title": "云岭省停车条例", "doc_type": "地方性法规", "text": "第一条 为了规范停车，制定本条例。"}'
    found = row_entry(line.encode(encoding), 1, "a.jsonl", ORIGINAL)
    assert (found.title, found.reason) == ("云岭省停车条例", None)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2021-03-02", "2021-03-02"), ("2021-3-2", "2021-03-02"), ("2021年3月2日", "2021-03-02"), ("二〇二一年三月二日", "2021-03-02"),
        ("2021/3/2", "2021-03-02"), ("2021-03-02T08:00:00Z", "2021-03-02"), (20210302, "2021-03-02"),
        ("2021-02-30", None), ("0001-01-01", None), ("9999-12-31", None), ("不详", None), (["2021-03-02"], "2021-03-02"),
    ],
)  # fmt: skip
def test_dates_as_sources_write_them(stated: Any, expected: str | None) -> None:
    found = entry(issued_on=stated)
    assert found.fields["adopted_on"] == (day(expected) if expected else None)
    assert bool(found.notes) is (expected is None)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("甲局、乙局", ("甲局", ["乙局"])), (["甲局", "乙局"], ("甲局", ["乙局"])), ({"name": "甲局"}, ("", [])), (7, ("", [])),
        (["甲局", 7, None, " "], ("甲局", [])), ("、甲局、", ("甲局", [])),
    ],
)  # fmt: skip
def test_issuers_of_any_type(stated: Any, expected: tuple[str, list[str]]) -> None:
    fields = entry(issuing_body=stated).fields
    assert (fields["issuing_authority"], fields["co_issuers"]) == expected


@pytest.mark.parametrize(
    ("stated", "lapsed"),
    [("失效", True), (" 已废止 ", True), ("有效", False), (["失效"], False), (None, False)],
)
def test_what_a_source_marks_as_lapsed(stated: Any, lapsed: bool) -> None:
    assert entry(status=stated).fields["lapsed"] is lapsed


def test_keys_tell_rows_apart() -> None:
    one, other = entry(id="长" * 250), entry(id="长" * 250 + "二")
    assert one.source_key != other.source_key
    assert entry(id="\ud800").source_key != entry(id="\udfff").source_key
    assert entry(id=7).source_key == entry(id="7").source_key == "id:7"
    assert entry(id=True).source_key.startswith("row:")
    assert entry(id=None, document_number_raw="甲〔2021〕1号").source_key != entry(id=None).source_key


def test_a_row_that_waits_is_shown_as_it_came() -> None:
    found = entry(text="", note="仅有目录")
    assert found.reason is Reason.NO_TEXT
    assert "仅有目录" in found.payload()["raw"] and "停车办法" in found.payload()["raw"]
