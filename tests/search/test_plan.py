"""`search.plan` and `search.synonyms`: the query as data, without an index."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import synonyms
from search.archive.enums import Validity
from search.conditions import Among, Between, validity_on
from search.plan import MAX_PHRASE, MAX_TOKENS, SearchPlan, make_plan, split_phrases
from search.query import Scope, SearchQuery, Sort
from search.relaxation import relaxed
from search.wordings import TELLING

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

TODAY = datetime.date(2026, 11, 23)


def plan(q: str = "", **fields: object) -> SearchPlan:
    return make_plan(SearchQuery(q=q, **fields), day=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [
        "云政发〔2021〕5号",
        "云政发[2021]5号",
        "雲政發（2021）5號",
        "云政发【2021】5号",
        "云政发2021 5",
        "云政发〔2021〕05号",
    ],
)
def test_a_number_is_recognised_however_it_is_written(typed: str) -> None:
    assert plan(typed).number_keys == plan("云政发〔2021〕5号").number_keys != ()


def test_an_unfinished_number_is_a_prefix() -> None:
    assert plan("云政发〔2021").number_prefixes
    assert not plan("云政发〔2021").number_keys


def test_no_number_is_looked_for_in_titles() -> None:
    assert not plan("云政发〔2021〕5号", scope=Scope.TITLE).number_keys


@pytest.mark.parametrize(
    ("q", "only"),
    [
        ("云政发〔2021〕5号", True),
        ("云政发[2021]05号", True),
        ("雲政發2021 5", True),
        ("云政发〔2021〕5号文件", True),
        ("国务院令第713号", True),
        ("中华人民共和国国务院令第713号", True),
        ("YLGS—2017—9", True),
        ("关于云政发〔2021〕5号的实施意见", False),
        ("云政发〔2021〕5号 住房公积金", False),
        ("住房公积金", False),
    ],
)
def test_a_number_alone_is_told_from_a_number_in_a_sentence(q: str, only: bool) -> None:
    assert plan(q).number_alone is only


def test_scope_number_looks_for_nothing_else() -> None:
    made = plan("云政发", scope=Scope.NUMBER)
    assert not made.variants
    assert made.number_tokens == ("云政", "政发")


@pytest.mark.parametrize(
    ("q", "rest", "phrases"),
    [
        ('提取 "住房公积金"', "提取", ("住房公积金",)),
        ("“住房公积金”「三个工作日」", "", ("住房公积金", "三个工作日")),
        ('没有配对的"引号', "没有配对的 引号", ()),
        ('""', "", ()),
    ],
)
def test_quoted_phrases(q: str, rest: str, phrases: tuple[str, ...]) -> None:
    text, found = split_phrases(q)
    assert (" ".join(text.split()), found) == (rest, phrases)


def test_a_lone_character_at_the_edge_of_a_phrase_does_not_decide() -> None:
    assert plan("“实，并按照规定”").phrases == (("并按", "按照", "照规", "规定"),)


def test_relaxed_gives_up_the_phrases_only_when_there_are_some() -> None:
    query = SearchQuery(q="保障“最多跑一次”改革")
    plans = [make_plan(query, day=TODAY)]
    for _step in range(2):
        looser = relaxed(plans[-1], query)
        assert looser is not None
        assert looser.phrases
        plans.append(looser)
    assert [made.profile.must_share for made in plans] == [1.0, 0.7, 0.3]
    unquoted = relaxed(plans[-1], query)
    assert unquoted is not None
    assert not unquoted.phrases
    assert unquoted.profile.must_share == 1.0
    assert "障最" in unquoted.variants[0].pairs


def test_relaxing_comes_to_an_end() -> None:
    query = SearchQuery(q="改革")
    most = relaxed(plan("改革"), query)
    assert most is not None
    some = relaxed(most, query)
    assert some is not None
    assert relaxed(some, query) is None


def test_tokens_and_phrases_are_bounded() -> None:
    made = plan("".join(chr(0x4E00 + i) for i in range(500)))
    assert len(made.variants[0].pairs) == len(made.variants[0].words) == TELLING
    assert len(made.variants[0].characters) == MAX_TOKENS >= len(made.variants[0].typed_words) > TELLING
    assert len(made.variants[0].sequence) == MAX_PHRASE


@pytest.mark.parametrize("q", ["。，！", "🙂🙂", "()[]{}", "%%%"])
def test_a_query_without_a_searchable_character_finds_nothing_not_everything(q: str) -> None:
    assert plan(q).impossible


def test_no_query_finds_everything_newest_first() -> None:
    made = plan()
    assert made.matches_everything
    assert made.sort is Sort.NEWEST
    assert plan("税").sort is Sort.RELEVANCE


def test_filters_become_conditions_named_by_their_facet() -> None:
    made = plan(level=("city",), year=(2023, 2024), date_from=datetime.date(2023, 1, 1))
    conditions = dict(made.filters)
    assert conditions["level"] == Among("level", ("city",))
    assert conditions["year"] == Among("year", (2023, 2024))
    assert conditions["published"] == Between("published_on", datetime.date(2023, 1, 1).toordinal(), None)


def test_validity_is_judged_on_the_day_asked_for() -> None:
    day = datetime.date(2020, 1, 1)
    assert plan(in_force_on=day).day == day
    assert plan().day == TODAY
    assert dict(plan(validity=("lapsed",)).filters)["validity"] == validity_on(Validity.LAPSED, TODAY)


@given(st.text(max_size=200))
def test_every_text_has_a_plan(q: str) -> None:
    made = plan(q)
    assert all(variant.pairs or variant.is_pinyin for variant in made.variants)
    assert len(made.variants) <= synonyms.MAX_VARIANTS


class TestSynonyms:
    def test_groups_work_both_ways_arrows_one_way(self) -> None:
        table = synonyms.parse(
            "发改委 = 发展和改革委员会\n公积金 -> 住房公积金 # 注释\n# 税 = 赋税\n孤立的词\n甲 = 乙"
        )
        assert table == {
            "发改委": ("发展和改革委员会",),
            "发展和改革委员会": ("发改委",),
            "公积金": ("住房公积金",),
        }

    def test_repeated_terms_are_joined(self) -> None:
        assert synonyms.parse("社保 -> 社会保险\n社保 -> 社会保障") == {"社保": ("社会保险", "社会保障")}

    def test_abbreviations_are_written_out(self) -> None:
        assert "发展和改革委员会关于价格的通知" in synonyms.expand("发改委关于价格的通知")
        assert synonyms.expand("發改委")[0] == "发改委"

    def test_what_is_already_written_out_is_left_alone(self) -> None:
        assert synonyms.expand("住房公积金提取") == ("住房公积金提取",)

    def test_variants_are_bounded(self) -> None:
        assert (
            len(synonyms.expand("发改委 人社局 住建局 公积金 低保 医保 社保 国办")) == synonyms.MAX_VARIANTS
        )

    def test_an_edited_file_works_at_once(self, settings: SettingsWrapper, tmp_path: Path) -> None:
        file = tmp_path / "words.txt"
        settings.SEARCH_SYNONYMS_FILE = file
        file.write_text("云办 = 云岭省人民政府办公厅", encoding="utf-8")
        assert "云岭省人民政府办公厅" in synonyms.expand("云办")
        file.write_text("云办 = 另一个机关名称", encoding="utf-8")
        assert "另一个机关名称" in synonyms.expand("云办")

    def test_the_shipped_file_is_sound(self) -> None:
        text = synonyms.DEFAULT_FILE.read_text(encoding="utf-8")
        lines = [line.split("#")[0].strip() for line in text.splitlines()]
        for line in filter(None, lines):
            assert "=" in line or "->" in line, line
        assert len(synonyms.parse(text)) > 100
