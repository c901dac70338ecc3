"""`search.wordings`: the same query in other words, with pasted text mended first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis, synonyms
from search.wordings import MAX_TITLES, MAX_TOKENS, make_variant, unbroken, wordings

SENTENCE = "云岭省各级人民政府应当建立湿地保护协调机制，加强湿地保护工作的组织领导和监督检查。"


class TestPasted:
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n　　", " \n ", "\u2028"])
    def test_line_breaks_inside_words_go(self, ending: str) -> None:
        broken = ending.join(SENTENCE[i : i + 11] for i in range(0, len(SENTENCE), 11))
        assert make_variant(unbroken(broken)).pairs == make_variant(SENTENCE).pairs

    def test_spaces_go_where_lines_were_broken(self) -> None:
        broken = " ".join(SENTENCE[i : i + 14] for i in range(0, len(SENTENCE), 14))
        assert make_variant(unbroken(broken)).pairs == make_variant(SENTENCE).pairs

    @pytest.mark.parametrize(
        "typed",
        [
            "公积金 提取",
            "住房公积金 提取 异地 购房 首付 材料 流程 条件 时间 额度 比例 贷款",
            "app 收集 个人信息",
        ],
    )
    def test_words_set_apart_stay_apart(self, typed: str) -> None:
        assert unbroken(typed) == typed

    def test_a_heading_keeps_its_space(self) -> None:
        text = "第九条 省人民政府林业主管部门负责全省湿地保护的组织协调和监督管理工作"
        assert unbroken(text) == text

    @pytest.mark.parametrize("number", ["— 3 —", "-12-", "－ 7 －", "— 12 —"])
    def test_page_numbers_go(self, number: str) -> None:
        assert unbroken(f"应当建立湿地\n{number}\n保护协调机制") == "应当建立湿地保护协调机制"

    def test_half_width_punctuation_and_soft_hyphens_change_nothing(self) -> None:
        pasted = SENTENCE.replace("，", ",").replace("。", ".").replace("机制", "机\u00ad制")
        assert make_variant(unbroken(pasted)).sequence == make_variant(SENTENCE).sequence

    def test_latin_lines_keep_their_space(self) -> None:
        assert unbroken("open\ndata") == "open\ndata"

    @given(st.text(max_size=200))
    def test_mending_twice_changes_nothing(self, text: str) -> None:
        once = unbroken(text)
        assert unbroken(once) == once


class TestWholeTitles:
    @pytest.mark.parametrize(
        ("typed", "title"),
        [
            ("云岭省湿地保护条例 云岭省人民代表大会常务委员会", "云岭省湿地保护条例"),
            ("云岭省人民代表大会常务委员会 云岭省湿地保护条例", "云岭省湿地保护条例"),
            ("云岭省人民代表大会常务委员会云岭省湿地保护条例", "云岭省湿地保护条例"),
            ("云岭省湿地保护条例云岭省人民政府", "云岭省湿地保护条例"),
            ("云岭省 湿地保护条例 云岭省人民政府", "云岭省湿地保护条例"),
        ],
    )
    def test_are_looked_for_beside_the_name_of_a_body(self, typed: str, title: str) -> None:
        assert title in make_variant(typed).titles

    @pytest.mark.parametrize("typed", ["公积金 提取", "云岭省湿地保护条例", "", "税 费 水 电"])
    def test_a_query_that_is_one_thing_has_no_parts(self, typed: str) -> None:
        assert make_variant(typed).titles == ()

    def test_are_bounded(self) -> None:
        assert len(make_variant(" ".join(f"云岭省第{i}个条例" for i in range(60))).titles) <= MAX_TITLES

    def test_swapped_characters_leave_the_bag(self) -> None:
        assert make_variant("湿地保护条例").bags[0] == make_variant("保护湿地例条").bags[0]
        assert make_variant("税法").bags == ()


class TestPinyinWordings:
    def test_letters_as_they_stand_come_first(self) -> None:
        typed, spoken = wordings("gongjijin", expand=True)
        assert typed.pairs == ("gongjijin",)
        assert not typed.is_pinyin
        assert spoken.sounds == ("gong'ji", "ji'jin")
        assert (spoken.pairs, spoken.exact, spoken.titles) == ((), "", ())

    def test_beside_chinese_both_count(self) -> None:
        spoken = wordings("公积金 tiqu", expand=True)[-1]
        assert (spoken.pairs, spoken.sounds, spoken.needed) == (("公积", "积金"), ("ti'qu",), 3)
        assert spoken.at_least(1.0) == 3
        assert spoken.at_least(0.3) == 1

    @pytest.mark.parametrize("typed", ["GB/T 35273", "app", "P2P", "IPO 发行", "住房公积金"])
    def test_latin_words_have_no_pinyin_wording(self, typed: str) -> None:
        assert not any(variant.is_pinyin for variant in wordings(typed, expand=True))

    def test_not_where_nothing_may_be_added(self) -> None:
        assert len(wordings("gongjijin", expand=False)) == 1


def test_a_query_of_signs_has_no_wording() -> None:
    assert wordings("。！？", expand=True) == ()


@given(st.text(max_size=300))
def test_wordings_are_bounded_and_searchable(text: str) -> None:
    made = wordings(text, expand=True)
    assert len(made) <= synonyms.MAX_VARIANTS
    for variant in made:
        assert variant.pairs or variant.is_pinyin
        assert max(len(variant.pairs), len(variant.sounds), len(variant.initials)) <= MAX_TOKENS
        assert 1 <= variant.at_least(0.3) <= variant.at_least(1.0)
        assert all(analysis.exact_form(title) == title for title in variant.titles)
