"""Synonyms held to their promises: bounded, the same everywhere, each place of a term judged by itself, never in a circle."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.organisations.enums import Role
from search import synonym_services as services
from search import synonyms
from search.analysis import normalise
from search.models import SynonymGroup
from search.synonym_checks import MAX_TERM, Known, conflicts, read_line
from search.synonym_table import Entry, entries
from search.synonyms import MAX_VARIANTS, Rule, expand, make_table, parse, parse_rule, using
from tests.factories.organisations import member

_TERMS = st.text(alphabet="甲乙丙丁戊abc", min_size=2, max_size=4)
_RULES = st.builds(
    lambda terms, one_way: Rule(tuple(terms), one_way),
    st.lists(_TERMS, min_size=2, max_size=4, unique=True),
    st.booleans(),
)
_TEXTS = st.text(alphabet="甲乙丙丁戊abc 、", max_size=24)


@settings(deadline=None)
@given(st.lists(_RULES, max_size=8), _TEXTS)
def test_any_rules_in_any_circle_give_few_wordings_the_typed_one_first(rules: list[Rule], text: str) -> None:
    with using(make_table(rules)):
        found = expand(text)
        assert found[0] == normalise(text)
        assert len(found) == len(set(found)) <= MAX_VARIANTS
        assert found == expand(text)
        longest = max((len(term) for rule in rules for term in rule.terms), default=1)
        assert all(len(wording) <= max(1, len(text)) * longest for wording in found)
        assert all(wording == normalise(wording) for wording in found)


@settings(deadline=None)
@given(_RULES, _TEXTS)
def test_what_is_not_in_a_rule_stays_in_every_wording(rule: Rule, text: str) -> None:
    with using(make_table([rule])):
        for wording in expand(text):
            rest, original = wording, normalise(text)
            for term in sorted(rule.terms, key=len, reverse=True):
                rest, original = rest.replace(term, ""), original.replace(term, "")
            if wording == normalise(text):
                continue
            assert any(term in text for term in rule.terms)
            assert any(term in wording for term in rule.terms)


@settings(deadline=None)
@given(st.lists(_RULES, max_size=6), _TEXTS)
def test_the_order_of_rules_changes_no_text_that_has_none_of_their_terms(
    rules: list[Rule], text: str
) -> None:
    with using(make_table(rules)):
        if not any(term in normalise(text) for rule in rules for term in rule.terms):
            assert expand(text) == (normalise(text),)


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        ("农业部门和农业部", ("农业部门和农业部", "农业部门和农业农村部")),
        ("农业部和农业部门", ("农业部和农业部门", "农业农村部和农业部门")),
        ("农业部门", ("农业部门",)),
        ("xgdp gdp", ("xgdp gdp", "xgdp 国内生产总值")),
        ("gdp gdps", ("gdp gdps", "国内生产总值 gdps")),
        ("gdp2016", ("gdp2016",)),
        ("GDP与gdp", ("gdp与gdp", "国内生产总值与国内生产总值")),
        ("核算ＧＤＰ。", ("核算gdp。", "核算国内生产总值。")),
    ],
)
def test_each_place_of_a_term_is_judged_by_itself(text: str, wordings: tuple[str, ...]) -> None:
    with using(parse("农业部 = 农业农村部\ngdp = 国内生产总值")):
        assert expand(text) == wordings


def test_written_out_once_it_is_not_written_out_again() -> None:
    with using(parse("发改委 = 发展和改革委员会\n公积金 -> 住房公积金")):
        for text in ("发改委的公积金", "公积金"):
            widest = expand(text)[1]
            assert "公积金" in widest
            assert expand(widest)[0] == widest
            assert not any("住房住房" in wording for wording in expand(widest))


def test_every_process_gives_the_same_wordings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terms of one length that overlap are taken in one order, whatever a process makes of the order of a set."""
    text = "甲甲丙乙乙戊丁丁"
    with using(parse("甲甲丙=一一一\n丙乙乙=二二二\n乙乙戊=三三三\n戊丁丁=四四四")):
        expected = expand(text)
        assert len(expected) > 2
        for order in itertools.permutations(["甲甲丙", "丙乙乙", "乙乙戊", "戊丁丁"]):
            monkeypatch.setattr(synonyms, "_candidates", lambda *_, order=order: order)
            assert expand(text) == expected


def test_a_query_of_nothing_but_terms_costs_little() -> None:
    begin = time.perf_counter()
    assert max(map(len, expand("发改委" * 166))) < 500 * 10
    assert time.perf_counter() - begin < 2


class TestChecks:
    @given(st.lists(_RULES, max_size=8), _RULES)
    def test_what_the_quick_look_finds_is_what_comparing_all_finds(
        self, rules: list[Rule], rule: Rule
    ) -> None:
        others = [Entry(f"{place}", other, None, None) for place, other in enumerate(rules)]
        mine = set(rule.pairs())
        same = {pair for other in rules for pair in set(other.pairs()) & mine}
        back = {
            (a, b)
            for other in rules
            if other.one_way and rule.one_way
            for a, b in mine
            if (b, a) in set(other.pairs())
        }
        assert bool(list(conflicts(rule, others))) == bool(same or back)
        known = Known([*others, Entry("own", rule, None, None)])
        assert set(known.conflicts(rule, key="own")) == set(conflicts(rule, others))

    @given(_RULES)
    def test_a_sound_rule_reads_its_own_line(self, rule: Rule) -> None:
        read, problems = read_line(rule.line)
        assert read == rule
        assert problems == () or any("两次" in problem for problem in problems)
        assert parse_rule(rule.line) == rule

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (f"{'长' * (MAX_TERM + 1)} = 甲乙", "超过"),
            (f"{chr(0x3231) * 20} = 甲乙", "超过"),
            ("甲\u200b = 乙丙", "只有一个字"),
            ("\u0000 = \u0001", "规则要写成"),
            ("甲乙 -> 丙丁 -> 戊己", "只能有一个"),
            ("公积金 = 公積金", "出现了两次"),
            ("# 甲乙 = 丙丁", "规则要写成"),
        ],
    )
    def test_lines_that_would_do_harm(self, line: str, said: str) -> None:
        _rule, problems = read_line(line)
        assert any(said in problem for problem in problems), problems

    def test_invisible_characters_of_a_pasted_line_are_left_out(self) -> None:
        rule, problems = read_line("\ufeff甲\u0000乙\u200b = 丙丁\u202e")
        assert (rule, problems) == (Rule(("甲乙", "丙丁")), ())


@pytest.mark.django_db
class TestImporting:
    @pytest.fixture
    def keeper(self) -> Any:
        return member(Role.OFFICE)

    def test_thousands_of_lines_are_compared_with_each_other_quickly(self, keeper: Any) -> None:
        """Each compared with each took minutes; what is wrong is still found, and then nothing is kept."""
        lines = [f"词语甲{n} = 词语乙{n}" for n in range(400)] + ["说法甲 -> 说法乙", "说法乙 -> 说法甲"]
        begin = time.perf_counter()
        known = Known(entries())
        for line in lines:
            rule = parse_rule(line)
            assert rule is not None
            list(known.conflicts(rule, key=rule.key))
        assert time.perf_counter() - begin < 1
        with pytest.raises(ValidationError, match="循环"):
            services.import_rules(user=keeper, text="\n".join(lines[-2:]))
        assert not SynonymGroup.objects.exists()

    def test_what_is_exported_can_be_imported_and_changes_nothing(self, keeper: Any) -> None:
        text = services.export_text()
        done = services.import_rules(user=keeper, text=text)
        assert (done.added, done.changed) == (0, 0)
        assert done.unchanged == len(text.splitlines())
        assert services.export_text() == text

    def test_a_line_that_says_what_a_shipped_rule_says_is_named(self, keeper: Any) -> None:
        shipped = next(entry.rule for entry in entries() if not entry.rule.one_way)
        first, second = shipped.terms[:2]
        with pytest.raises(ValidationError, match="已在规则"):
            services.import_rules(user=keeper, text=f"{second} = {first}")
