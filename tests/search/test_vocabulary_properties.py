"""Words of the archive, respellings and what is offered while somebody types, on any titles and any text."""

from __future__ import annotations

import time
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from search import completion, spelling, vocabulary
from search.analysis import normalise
from search.commonness import commonness, telling
from search.completion import MAX_COMPLETIONS, Completion, Kind
from search.language import parse_expression
from search.spelling import MAX_RESPELLINGS, MAX_TEXT, respellings
from search.vocabulary import COMPOUND_TITLES, MAX_LENGTH, MIN_LENGTH, Vocabulary, build, is_near

TITLES = st.lists(
    st.text(alphabet="云岭省住房公积金提取管理办法渔港关于印发的通知 《》2016", max_size=20), max_size=8
)
WORDS = build(
    [
        "云岭省住房公积金提取管理办法",
        "云岭省住房公积金贷款规定",
        "云岭省行政处罚裁量办法",
        "渔港管理规定",
        "渔港停泊办法",
    ],
    {"云岭省人民政府": 5, "云岭省人民政府办公厅": 7, "云岭省渔业局": 1, "GB标准委员会": 1},
)


@settings(deadline=None)
@given(TITLES)
def test_every_term_can_be_looked_up_every_way(titles: list[str]) -> None:
    words = build(titles, {})
    for term, number in words.terms.items():
        assert MIN_LENGTH <= len(term) <= MAX_LENGTH
        stands_in = sum(term in normalise(title) for title in titles)
        assert 1 <= number <= stands_in
        assert term in words.sounds[vocabulary.sound(term)]
        assert term in words.beginning_with(term, limit=len(words.terms))
        assert term in words.beginning_with(term[:1], limit=len(words.terms))
    assert list(words.ordered_terms) == sorted(words.terms)


@settings(deadline=None)
@given(TITLES, st.integers(0, 5), st.text(alphabet="云住公gonzhuyl", max_size=4))
def test_look_ups_are_bounded_ranked_and_hold_what_was_typed(
    titles: list[str], limit: int, text: str
) -> None:
    words = build(titles, {})
    found = words.beginning_with(text, limit=limit)
    assert len(found) == len(set(found)) <= limit
    assert list(found) == sorted(found, key=lambda term: (-words.terms[term], len(term), term))
    for term in found:
        whole = vocabulary.sound(term)
        initials = "".join(syllable[0] for syllable in lazy_pinyin(term))
        assert term.startswith(text) or whole.startswith(text) or initials == text


def test_two_neighbours_are_a_term_from_two_titles_on() -> None:
    assert build(["住房公积金"] * COMPOUND_TITLES, {}).terms["住房公积金"] == COMPOUND_TITLES
    assert "渔港管理" not in build(["渔港管理", "渔港停泊"], {}).terms


_WORD = st.text(alphabet="甲乙丙", max_size=5)


@given(_WORD.flatmap(lambda a: st.tuples(st.just(a), _WORD | st.permutations(a).map("".join))))
@example(("甲乙丙", "丙乙甲"))
def test_nearness_is_one_step_both_ways(pair: tuple[str, str]) -> None:
    a, b = pair
    assert is_near(a, b) == is_near(b, a)
    steps = {a[:i] + a[i + 1 :] for i in range(len(a))}
    steps |= {a[:i] + c + a[i:] for i in range(len(a) + 1) for c in "甲乙丙"}
    steps |= {a[:i] + c + a[i + 1 :] for i in range(len(a)) for c in "甲乙丙"} - {a}
    steps |= {a[:i] + a[i + 1] + a[i] + a[i + 2 :] for i in range(len(a) - 1)} - {a}
    assert is_near(a, b) == (b in steps)


class TestIssuers:
    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("云岭省人民政府", ("云岭省人民政府办公厅", "云岭省人民政府")),
            ("办公厅", ("云岭省人民政府办公厅",)),
            ("yls", ("云岭省人民政府办公厅", "云岭省人民政府", "云岭省渔业局")),
            ("yuyeju", ("云岭省渔业局",)),
            ("y", ()),
            ("zz", ()),
        ],
    )
    def test_by_name_sound_and_initials(self, typed: str, names: tuple[str, ...]) -> None:
        assert WORDS.issuers_like(typed, limit=5) == names

    @given(st.text(max_size=8))
    def test_any_text(self, typed: str) -> None:
        found = WORDS.issuers_like(typed, limit=2)
        assert len(found) <= 2
        assert set(found) <= set(WORDS.issuers)


class TestRespelling:
    @pytest.fixture(autouse=True)
    def _words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(vocabulary, "current", lambda: WORDS)

    @pytest.mark.parametrize(
        ("typed", "other"),
        [
            ("公鸡金", "公积金"),
            ("住房公积", "住房公积金"),
            ("gongjijin", "公积金"),
            ("yugang tingbo", "渔港停泊"),
            ("公积金 -提曲", "公积金"),
            ("行政处法 裁量", "行政处罚 裁量"),
        ],
    )
    def test_what_was_meant(self, typed: str, other: str) -> None:
        found = [text for text, _kind in respellings(typed)]
        if other in typed:
            assert all("-提曲" in text for text in found), "what is excluded is not respelt"
        else:
            assert other in found

    def test_what_is_spelt_as_the_archive_spells_it_stays(self) -> None:
        for typed in ("住房公积金", "渔港管理规定", "公积金 提取"):
            assert respellings(typed) == ()

    def test_exclusions_stay_exclusions(self) -> None:
        for text, _kind in respellings("公鸡金 -渔港 -“停泊 办法”"):
            assert parse_expression(text).excluded == ("渔港", "停泊 办法")

    @settings(deadline=None, max_examples=60)
    @given(st.text(max_size=80) | st.text(alphabet="公鸡积金住方房gongji' -+\"|OR渔", max_size=40))
    def test_any_text_has_few_that_differ(self, text: str) -> None:
        with mock.patch.object(vocabulary, "current", lambda: WORDS):
            found = [other for other, _kind in respellings(text)]
            assert len(found) == len(set(found)) <= MAX_RESPELLINGS
            plain, excluded = spelling.plain_text(text)
            assert len(plain) <= MAX_TEXT
            for other in found:
                assert parse_expression(other).excluded == excluded

    @pytest.mark.parametrize(
        "typed", ["gong" * 100, "公" * 500, "a" * 500, "公鸡" * 250, "g'" * 250, "渔 " * 250]
    )
    def test_long_nonsense_costs_little(self, typed: str) -> None:
        begin = time.perf_counter()
        respellings(typed)
        assert time.perf_counter() - begin < 3


def _items(kind: Kind, number: int) -> list[Completion]:
    return [Completion(kind, f"{kind}{n}", "/search/?q=a") for n in range(number)]


@given(st.fixed_dictionaries({kind: st.integers(0, 12) for kind in Kind}), st.integers(1, MAX_COMPLETIONS))
def test_shares_of_the_kinds_fill_the_list(numbers: dict[Kind, int], limit: int) -> None:
    groups = {kind: _items(kind, number) for kind, number in numbers.items()}
    found = completion._shared(groups, limit)
    assert len(found) == min(limit, sum(numbers.values()))
    for kind, items in groups.items():
        mine = [item for item in found if item.kind is kind]
        assert mine == items[: len(mine)], "the best of a kind, in their order"
    kinds = [item.kind for item in found]
    assert kinds == sorted(kinds, key=list(groups).index), "kinds stand together"
    if limit == MAX_COMPLETIONS and numbers[Kind.TITLE]:
        assert Kind.TITLE in kinds, "a title is never crowded out"


@given(st.text(max_size=12), st.text(max_size=6))
def test_the_typed_part_is_where_it_says(text: str, typed: str) -> None:
    for start, end in completion._typed_part(text, typed) if typed else ():
        assert 0 <= start < end <= len(text)
        assert text[start:end].lower() == typed.lower() or text[start:end].upper() == typed.upper()


def test_a_letter_that_grows_in_lower_case_shifts_nothing() -> None:
    assert completion._typed_part("İİ公积金", "公积金") == ((2, 5),)


def test_an_empty_archive_has_no_words_and_no_faults() -> None:
    empty = Vocabulary()
    assert empty.beginning_with("公", limit=5) == empty.close_to("公积金") == empty.spelt("gjj") == ()
    assert empty.issuers_like("公", limit=5) == empty.sounding_like("公积金") == ()


@given(
    st.lists(st.text(alphabet="规定管理渔港税ab", min_size=1, max_size=3), max_size=30), st.integers(1, 12)
)
def test_the_telling_tokens_are_the_least_common_in_their_order(tokens: list[str], most: int) -> None:
    kept = telling(tokens, most)
    assert len(kept) == min(most, len(tokens))
    rest = iter(tokens)
    assert all(token in rest for token in kept), "in their order"
    left_out = list(tokens)
    for token in kept:
        left_out.remove(token)
    assert max(map(commonness, kept), default=0) <= min(map(commonness, left_out), default=10**9)
