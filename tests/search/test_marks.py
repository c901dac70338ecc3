"""Marks held to their promises on any text: nothing is added, nothing leaks into HTML, what was typed is marked, pinyin too."""

from __future__ import annotations

import datetime
import html
import itertools
import re
import time
from collections.abc import Callable
from functools import lru_cache

import pytest
from django.test import Client
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from search import highlights
from search.analysis import normalise
from search.archive.models import NormativeDocument
from search.completion import Kind, complete
from search.highlights import (
    LEAD,
    SNIPPET_LENGTH,
    Segment,
    Terms,
    as_heard,
    best_clause,
    mark,
    snippet,
    terms_of,
)
from search.plan import make_plan
from search.query import SearchQuery
from search.templatetags import search_hits

Make = Callable[..., NormativeDocument]
DAY = datetime.date(2026, 11, 23)
#: Characters that vanish, grow, or look like markup when they are compared or shown.
_ODD = "㈠①ﬁ½℃…\u200b\u200d\u0301\ufeff\u00ad\U00020000İ<>&\"'`{}%"
TEXTS = st.text(
    alphabet=st.sampled_from("公积金提取住房管理税国國公積 ，。\n2016〔〕号GBgb" + _ODD), max_size=80
)
QUERIES = st.sampled_from(
    [
        "公积金",
        "住房公积金",
        "提取 税",
        "税",
        "gb",
        "“公积金提取”",
        "国办发〔2016〕80号",
        "gongjijin",
        "zfgjj tiqu",
        "+管理 -税",
        "國",
    ]
)


@lru_cache(maxsize=64)
def terms(q: str) -> Terms:
    return terms_of(make_plan(SearchQuery(q=q), day=DAY))


def marked(segments: tuple[Segment, ...]) -> list[str]:
    return [segment.text for segment in segments if segment.marked]


def shown(segments: tuple[Segment, ...]) -> str:
    return search_hits.marked(segments)


class TestAnyText:
    @settings(deadline=None)
    @given(TEXTS, QUERIES)
    def test_joined_again_it_is_the_text_in_pieces_that_alternate(self, text: str, q: str) -> None:
        segments = mark(text, as_heard(text, terms(q)))
        assert "".join(segment.text for segment in segments) == text
        assert all(segment.text for segment in segments)
        assert all(a.marked != b.marked for a, b in itertools.pairwise(segments))

    @settings(deadline=None)
    @given(TEXTS, QUERIES)
    def test_html_holds_the_text_and_marks_and_nothing_else(self, text: str, q: str) -> None:
        raw = shown(mark(text, as_heard(text, terms(q))))
        bare = re.sub("</?mark>", "", raw)
        assert "<" not in bare
        assert ">" not in bare
        assert html.unescape(bare).strip("\n") == text.strip("\n")
        assert re.findall("<mark>|</mark>", raw) == ["<mark>", "</mark>"] * raw.count("<mark>")

    @settings(deadline=None)
    @given(TEXTS, TEXTS)
    def test_the_word_typed_is_marked_wherever_it_was_put(self, before: str, after: str) -> None:
        """Also behind characters that are longer or shorter in the form in which texts are compared."""
        segments = mark(f"{before}公积金{after}", terms("公积金"))
        place, covered = 0, set[int]()
        for segment in segments:
            if segment.marked:
                covered.update(range(place, place + len(segment.text)))
            place += len(segment.text)
        assert set(range(len(before), len(before) + 3)) <= covered

    @given(TEXTS)
    def test_only_what_was_typed_is_marked(self, text: str) -> None:
        # Without other words for it: 住房公积金 marks 住房, too.
        for part in marked(mark(text, Terms(words=("公积金",), pairs=frozenset({"公积", "积金"})))):
            assert normalise(part).replace("公积金", "") == ""

    @given(TEXTS)
    def test_nothing_asked_nothing_marked(self, text: str) -> None:
        assert marked(mark(text, Terms())) == []

    @settings(deadline=None)
    @given(TEXTS, QUERIES)
    def test_a_snippet_is_a_piece_of_the_text(self, text: str, q: str) -> None:
        segments = snippet(text, terms(q))
        said = [segment for segment in segments if segment.text != "…" or segment.marked]
        flat = " ".join(text.split())
        assume("…" not in flat)
        assert "".join(segment.text for segment in said) in flat
        assert sum(len(segment.text) for segment in said) <= SNIPPET_LENGTH
        assert bool(marked(segments)) == bool(marked(mark(flat, terms(q))))


class TestSnippets:
    def test_a_number_is_not_another_one_because_it_was_cut(self) -> None:
        """The window begins behind the first digit of 12016."""
        text = f"12016{'甲' * (LEAD - 4)}2016{'乙' * 200}"
        segments = snippet(text, Terms(words=("2016",)))
        assert segments[1].text.startswith("2016甲")
        assert marked(segments) == ["2016"]

    def test_a_word_cut_at_the_end_keeps_the_mark_of_what_is_left(self) -> None:
        text = list("甲" * 300)
        for place in (30, 60, 90):
            text[place] = "税"
        text[30 - LEAD + SNIPPET_LENGTH - 4 : 30 - LEAD + SNIPPET_LENGTH + 1] = "住房公积金"
        found = marked(snippet("".join(text), Terms(words=("税", "住房公积金"))))
        assert found == ["税", "税", "税", "住房公积"]

    def test_what_is_cut_off_does_not_count(self) -> None:
        """One window shows three short words and the first character of a long one, the next two and all of it."""
        text = list("甲" * 300)
        for place in (30, 60, 90):
            text[place] = "税"
        text[30 - LEAD + SNIPPET_LENGTH - 1 : 30 - LEAD + SNIPPET_LENGTH + 4] = "住房公积金"
        assert marked(snippet("".join(text), Terms(words=("税", "住房公积金")))) == ["税", "税", "住房公积金"]

    def test_the_window_with_most_marks_wins(self) -> None:
        text = f"税{'甲' * 200}税，税，税{'乙' * 200}税，税"
        assert marked(snippet(text, terms("税"))) == ["税"] * 3

    @settings(max_examples=60)
    @given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(0, 60))
    def test_the_window_is_the_best_one(self, gaps: list[int], tail: int) -> None:
        """The quick way finds what trying every window finds."""
        text = "".join("甲" * gap + "税" for gap in gaps) + "乙" * tail
        spans = [(place, place + 1) for place, char in enumerate(text) if char == "税"]
        starts = [max(0, min(a - LEAD, len(text) - SNIPPET_LENGTH)) for a, _b in spans]
        most = max(sum(left <= a < left + SNIPPET_LENGTH for a, _b in spans) for left in starts)
        assert len(marked(snippet(text, terms("税")))) == most

    def test_a_long_clause_full_of_marks_takes_no_square_of_them(self) -> None:
        text = "税，" * 40_000
        begin = time.perf_counter()
        assert len(marked(snippet(text, terms("税")))) == SNIPPET_LENGTH // 2
        # Each mark looked at beside every other took minutes.
        assert time.perf_counter() - begin < 5

    def test_a_long_document_of_one_clause(self) -> None:
        begin = time.perf_counter()
        clause = best_clause("第一条 " + "税收征收，" * 30_000, terms("税收 征收"))
        assert clause is not None
        assert marked(clause.snippet)
        assert time.perf_counter() - begin < 5


class TestPinyin:
    TITLE = "云岭省住房公积金提取管理办法"

    @pytest.mark.parametrize(
        ("q", "title", "expected"),
        [
            ("zhufanggongjijin", TITLE, ["住房公积金"]),
            ("zhu fang gong ji jin", TITLE, ["住房公积金"]),
            ("zhùfáng", TITLE, ["住房"]),
            ("gjj", TITLE, ["公积金"]),
            ("zfgjj", TITLE, ["住房公积金"]),
            ("zhufang tiqu", TITLE, ["住房", "提取"]),
            ("管理 tiqu", TITLE, ["提取管理"]),
            ("tiqu", "云嶺省《住房公積金》提取辦法", ["提取"]),
            ("zhufanggongjijin", "雲嶺省住房公積金提取辦法", ["住房公積金"]),
            ("gongjijin", "住房“公”积金", ["公", "积金"]),
            ("shi2016nian", "渔船管理实施2016年细则", ["施2016年"]),
            ("fangan", "反感方案", ["反感方案"]),
            ("chongqing", "重庆市旅游条例", ["重庆"]),
            ("zhongqing", "重庆市旅游条例", ["重庆"]),
            ("lvyou", "重庆市旅游条例", ["旅游"]),
            ("xian", "西安市县域经济规定", ["西安"]),
            ("xian", "云岭省县域经济规定", ["县"]),
            ("zhufang", "渔业条例", []),
            ("GDP", "国家地方排放标准", []),
            ("gb/t", "公报条例", []),
            ("公积金", TITLE, ["住房公积金"]),
        ],
    )
    def test_the_characters_whose_reading_was_typed(self, q: str, title: str, expected: list[str]) -> None:
        assert marked(mark(title, as_heard(title, terms(q)))) == expected

    def test_characters_that_change_length_do_not_shift_them(self) -> None:
        title = "㈠关于½的\u200b住房公积金办法"
        assert marked(mark(title, as_heard(title, terms("gongjijin")))) == ["公积金"]

    def test_the_words_heard_in_the_title_decide_which_clause_answers(self) -> None:
        text = "第一条 为了规范管理，制定本办法。\n第二条 缴存住房的公积金后可以提取。\n第三条 本办法自公布之日起施行。"
        heard = as_heard(self.TITLE, terms("gongjijin tiqu"))
        clause = best_clause(text, heard)
        assert clause is not None
        assert clause.id == "a2"
        assert marked(clause.snippet) == ["公积金", "提取"], "side by side in the title, apart in the text"
        assert best_clause(text, terms("gongjijin tiqu")) is None

    @settings(deadline=None)
    @given(
        st.text(alphabet="云岭省住房公积金重庆长着了行2016ab《》·", max_size=30),
        st.sampled_from(["zhufanggongjijin", "gjj", "zhang", "cqs", "le"]),
    )
    def test_any_title_can_be_heard(self, title: str, q: str) -> None:
        heard = as_heard(title, terms(q))
        assert set(heard.words) >= set(terms(q).words)
        folded = normalise(title)
        assert all(word in folded for word in set(heard.words) - set(terms(q).words))

    def test_without_pinyin_nothing_is_read_aloud(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(highlights, "heard_spans", None)
        assert as_heard(self.TITLE, terms("公积金")) is terms("公积金")

    @pytest.mark.django_db
    def test_on_the_page(self, client: Client, archive: Make) -> None:
        archive(title=self.TITLE)
        page = client.get("/search/?q=gongjijin").content.decode()
        assert "住房<mark>公积金</mark>提取" in page
        assert page.count("<mark>公积金</mark>") > 1, "in the text below the title, too"

    @pytest.mark.django_db
    def test_among_the_suggestions(self, archive: Make) -> None:
        archive(title=self.TITLE)
        (title,) = [item for item in complete("zhufanggongjijin") if item.kind is Kind.TITLE]
        assert [title.text[a:b] for a, b in title.marks] == ["住房公积金"]
