"""Phrases that begin or end where Chinese meets digits or Latin letters: found there, and nowhere that only looks like it."""

from __future__ import annotations

import datetime
import re
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import indexing
from search.analysis import is_han, normalise, positions, runs, stretches
from search.highlights import mark
from search.plan import Scope, make_plan
from search.query import SearchQuery
from search.selectors import run_search
from search.terms import terms_of
from search.wordings import phrase_tokens
from tests.factories.search import ArchivedDocumentFactory

SOLID = st.text("日内自60a", max_size=12)
SIGNED = st.text("日内自6a，（ ", max_size=8)


def _within(wanted: tuple[str, ...], tokens: list[str]) -> bool:
    return any(tuple(tokens[at : at + len(wanted)]) == wanted for at in range(len(tokens) - len(wanted) + 1))


def _phrase(text: str) -> tuple[str, ...]:
    """The tokens of a phrase; none for one Han character, which engines look for inside pairs as well."""
    wanted = phrase_tokens(positions(text))
    return () if len(wanted) == 1 and is_han(wanted[0]) else wanted


@given(SIGNED, SIGNED, SIGNED)
@example("自", "60日", "内")
@example("", "自60日", "内")
def test_a_text_has_every_phrase_cut_out_of_it(before: str, phrase: str, after: str) -> None:
    text = before + phrase + after
    cut = any(
        re.fullmatch("[a-z0-9]{2}", text[at - 1 : at + 1]) for at in (len(before), len(before + phrase))
    )
    assert cut or _within(_phrase(phrase), positions(text))


def test_without_signs_a_text_has_the_phrases_that_stand_in_it_and_no_others() -> None:
    texts = ["".join(chars) for length in range(7) for chars in product("日内6", repeat=length)]
    phrases = [text for text in texts if len(text) < 4 and _phrase(text)]
    # Where it begins or ends with a digit, the number goes no further.
    whole = [re.compile(rf"(?<!6(?=6)){text}(?<!6(?=6))") for text in phrases]
    for text in texts:
        tokens = positions(text)
        for phrase, pattern in zip(phrases, whole, strict=True):
            assert _within(_phrase(phrase), tokens) == bool(pattern.search(text)), (phrase, text)


@given(SOLID)
def test_the_stretches_are_those_of_the_text(text: str) -> None:
    assert stretches(positions(text)) == [run for run, _ in runs(text)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("60日内", "60 日 日内"), ("由于60", "由于 于 60"), ("第5条", "第 5 条"), ("依照第5条规定", "依照 照第 第 5 条 条规 规定"),
        ("60（日内）", "60 日 日内"), ("日，内容", "日 内容"), ("GB/T 20986-2023", "gb t 20986 2023"), ("2.0版", "2.0 版"), ("", ""),
    ],
)  # fmt: skip
def test_where_a_stretch_meets_a_number_its_character_stands_alone(text: str, tokens: str) -> None:
    assert positions(normalise(text)) == tokens.split()


@pytest.mark.parametrize(
    ("phrase", "tokens"),
    [("60日", "60 日"), ("于60", "于 60"), ("的，60日", "的 60 日"), ("60日，内", "60 日"), ("的 公积金", "公积 积金"), ("日", "日")],
)  # fmt: skip
def test_a_character_at_the_end_of_a_phrase_counts_beside_a_number_only(phrase: str, tokens: str) -> None:
    # Elsewhere it may be part of a longer stretch, of which the index has pairs alone.
    assert phrase_tokens(positions(normalise(phrase))) == tuple(tokens.split())


def _marked(text: str, q: str) -> list[str]:
    terms = terms_of(make_plan(SearchQuery(q=q), day=datetime.date(2026, 11, 1)))
    return [segment.text for segment in mark(text, terms) if segment.marked]


@pytest.mark.parametrize(
    ("text", "q", "marked"),
    [
        ("应当在60日内答复，罚款60万元。", "“60日”", ["60日"]),
        ("应当在60日内答复，160日后失效。", "“60日内”", ["60日内"]),
        ("应当在 60 日内答复。", "“在60日”", ["在 60 日"]),
        ("执行GB/T 20986-2023的要求。", "“GB/T 20986”", ["GB/T 20986"]),
        ("依照第5条规定办理。", "“第5条”", ["第5条"]),
    ],
)
def test_the_phrase_is_marked_and_nothing_beside_it(text: str, q: str, marked: list[str]) -> None:
    assert _marked(text, q) == marked


DAYS, FINE, STANDARD = "云岭省答复期限规定", "云岭省罚款裁量办法", "云岭省信息安全事件分类通知"


@pytest.fixture
def documents(db: None) -> None:
    rows = (
        (DAYS, "云政发〔2016〕80号", "第一条 自收到申请之日起60日内答复，App用户除外。"),
        (FINE, "云政办发〔2017〕8号", "第一条 处60万元以上罚款，于30天内缴清。Apps不适用。"),
        (STANDARD, "云网信〔2024〕3号", "第一条 执行GB/T 20986-2023《信息安全事件分类分级指南》。"),
    )
    for title, number, text in rows:
        ArchivedDocumentFactory.create(title=title, document_number=number, text=text)
    indexing.rebuild()


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("“60日”", {DAYS}), ("“60日内”", {DAYS}), ("“起60日”", {DAYS}), ("“起60”", {DAYS}), ("+60万", {FINE}), ("“于30天”", {FINE}),
        ("罚款 -60日", {FINE}), ("“GB/T 20986”", {STANDARD}), ("“20986-2023”", {STANDARD}), ("“GB/T 20986-2023”", {STANDARD}),
        ("“App用”", {DAYS}), ("“60日” OR “60万”", {DAYS, FINE}), ("GB/T 20986", {STANDARD}), ("标题:60日", set()),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("documents")
def test_a_number_with_its_unit_is_no_other_number(q: str, found: set[str]) -> None:
    results = run_search(SearchQuery(q=q))
    assert {hit.document.title for hit in results.hits} == found


@pytest.mark.parametrize("q", ["发〔2016〕80号", "政发〔2016〕80", "〔2016〕80号"])
@pytest.mark.usefixtures("documents")
def test_a_number_is_found_by_its_end(q: str) -> None:
    results = run_search(SearchQuery(q=q, scope=Scope.NUMBER))
    assert [hit.document.title for hit in results.hits] == [DAYS]
