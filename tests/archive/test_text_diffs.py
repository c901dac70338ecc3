"""Word by word difference of two passages."""

from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.archive.text_diffs import SegmentOp, diff_text, shingles, words

ANY_TEXT = st.text(max_size=60)
CHINESE = st.text(alphabet="一二三四应当不得医院数据共享，。；\u3000a1", max_size=40)


def restored(old: str, new: str) -> tuple[str, str]:
    segments = diff_text(old, new)
    return (
        "".join(s.text for s in segments if s.op != SegmentOp.INSERT),
        "".join(s.text for s in segments if s.op != SegmentOp.DELETE),
    )


@given(st.one_of(ANY_TEXT, CHINESE), st.one_of(ANY_TEXT, CHINESE))
def test_joining_restores_both_texts(old: str, new: str) -> None:
    assert restored(old, new) == (old, new)


@given(CHINESE, CHINESE)
def test_segments_are_never_empty_and_alternate(old: str, new: str) -> None:
    segments = diff_text(old, new)
    assert all(segment.text for segment in segments)
    for left, right in pairwise(segments):
        assert left.op != right.op
        assert (left.op, right.op) != (SegmentOp.INSERT, SegmentOp.DELETE)


@given(ANY_TEXT)
def test_the_same_text_is_one_equal_piece(text: str) -> None:
    assert [s.op for s in diff_text(text, text)] == ([SegmentOp.EQUAL] if text else [])


@given(ANY_TEXT)
def test_words_joined_are_the_text(text: str) -> None:
    assert "".join(words(text)) == text


def test_words_and_not_single_characters_are_compared() -> None:
    segments = diff_text("由主管部门责令改正。", "由行政机关责令改正。")
    changed = {s.op.value: s.text for s in segments if s.op != SegmentOp.EQUAL}
    assert changed == {"delete": "主管部门", "insert": "行政机关"}


def test_a_lone_common_character_does_not_split_a_change() -> None:
    segments = diff_text("三日内完成", "五个工作日内完成")
    assert [s.op.value for s in segments] == ["delete", "insert", "equal"]


def test_long_passages_are_compared_by_sentence() -> None:
    old = "。".join(f"第{n}项由某处负责办理" for n in range(400))
    new = old.replace("第7项", "第七项")
    start = time.perf_counter()
    assert restored(old, new) == (old, new)
    assert time.perf_counter() - start < 2


def test_a_passage_without_sentences_is_replaced_whole() -> None:
    old, new = "甲乙" * 3000, "乙丙" * 3000
    start = time.perf_counter()
    assert restored(old, new) == (old, new)
    assert time.perf_counter() - start < 2


def test_shingles_do_not_cross_punctuation() -> None:
    assert shingles("数据，共享") == {"数据", "共享"}
    assert shingles("我") == {"我"}
    assert shingles("，。") == frozenset()
