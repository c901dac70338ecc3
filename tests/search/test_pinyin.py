"""`search.pinyin`: titles by their sound, and Latin stretches read as syllables or initials only where they parse."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import normalise
from search.pinyin import LATIN_WORDS, SYLLABLES, readings, sound_bag, title_sounds


def sounds(title: str) -> list[str]:
    return title_sounds(normalise(title))[0]


def initials(title: str) -> list[str]:
    return title_sounds(normalise(title))[1]


class TestTitles:
    def test_pairs_follow_the_title_across_punctuation_and_numbers(self) -> None:
        assert sounds("云岭《2016年》税")[:4] == ["yun'ling", "ling'2016", "2016'nian", "nian'shui"]

    def test_the_reading_of_the_phrase_comes_first_the_others_after_the_title(self) -> None:
        found = sounds("重庆会计")
        assert found[:3] == ["chong'qing", "qing'kuai", "kuai'ji"]
        assert "zhong'qing" in found[3:]

    def test_single_syllables_are_kept(self) -> None:
        assert {"shui", "fa"} <= set(sounds("税法"))

    def test_initials_in_twos_and_threes(self) -> None:
        assert set(initials("公积金")) == {"gj", "jj", "gjj"}

    def test_every_initial_of_a_character_with_two_readings(self) -> None:
        assert {"cqs", "zqs"} <= set(initials("重庆市"))

    def test_letters_of_a_latin_word_are_initials_digits_are_none(self) -> None:
        assert set(initials("PPP项目2016")) == {"pp", "px", "xm", "ppp", "ppx", "pxm"}

    def test_nothing_has_no_sound(self) -> None:
        assert title_sounds("") == ([], [])


class TestSyllables:
    @pytest.mark.parametrize(
        "typed",
        [
            "zhufanggongjijin", "zhu fang gong ji jin", "zhu'fang'gong'ji'jin", "ZhuFangGongJiJin",
            "zhùfánggōngjījīn", "ｚｈｕｆａｎｇｇｏｎｇｊｉｊｉｎ",
        ],
    )  # fmt: skip
    def test_one_word_however_it_is_typed(self, typed: str) -> None:
        (reading,) = readings(typed)
        assert reading.sounds == ("zhu'fang", "fang'gong", "gong'ji", "ji'jin")
        assert (reading.rest, reading.needed, reading.phrase) == ("", 4, reading.sounds)

    @pytest.mark.parametrize("typed", ["lvyou", "lüyou", "lǚyóu", "lyuyou"])
    def test_u_umlaut(self, typed: str) -> None:
        assert readings(typed)[0].sounds == ("lv'you",)

    def test_n_before_yu_is_the_end_of_a_syllable(self) -> None:
        assert "nian'yu" in readings("shinianyu")[0].sounds

    def test_several_ways_are_all_kept_and_one_way_is_enough(self) -> None:
        (reading,) = readings("fangan")
        assert set(reading.sounds) == {"fan'gan", "fang'an"}
        assert (reading.needed, reading.phrase) == (1, ())

    def test_an_apostrophe_decides(self) -> None:
        assert readings("xi'an")[0].sounds == ("xi'an",)
        assert set(readings("xian")[0].sounds) == {"xian", "xi'an"}

    def test_words_set_apart_are_not_joined(self) -> None:
        (reading,) = readings("tiqu zhengce")
        assert "qu'zheng" not in reading.sounds
        assert reading.needed == 2

    def test_beside_chinese(self) -> None:
        for typed in ("公积金 tiqu", "公积金tiqu", "tiqu 公积金"):
            (reading,) = readings(typed)
            assert (reading.rest, reading.sounds, reading.needed) == ("公积金", ("ti'qu",), 1)

    def test_digits_stay_between_syllables(self) -> None:
        assert readings("shi2016nian")[0].sounds == ("shi'2016", "2016'nian")

    def test_a_pair_said_twice_counts_once(self) -> None:
        (reading,) = readings("bei jing shi shi shi")
        assert reading.needed == len(reading.sounds) == 3
        assert reading.phrase == ("bei'jing", "jing'shi", "shi'shi", "shi'shi")


class TestInitials:
    @pytest.mark.parametrize(
        ("typed", "groups"), [("gjj", ("gjj",)), ("zfgjj", ("zfg", "fgj", "gjj")), ("GJJ", ("gjj",))]
    )
    def test_groups_of_three(self, typed: str, groups: tuple[str, ...]) -> None:
        (reading,) = readings(typed)
        assert (reading.initials, reading.needed) == (groups, len(groups))

    def test_two_letters_only_beside_other_words(self) -> None:
        assert readings("tq") == ()
        assert readings("gjj tq")[0].initials == ("gjj", "tq")
        assert readings("公积金 tq")[0].initials == ("tq",)

    def test_a_short_stretch_may_be_either(self) -> None:
        assert [(r.sounds, r.initials) for r in readings("zhe")] == [(("zhe",), ()), ((), ("zhe",))]


class TestLatin:
    @pytest.mark.parametrize(
        "typed",
        [
            "GB/T 35273", "app", "APP 个人信息", "P2P 网络借贷", "IPO", "GDP", "covid-19", "www.yunling.gov.cn", "5G",
            "AI 芯片", "it", "2016", "住房公积金", "", "i", "uvi", "q" * 3_000, "a@b.cn",
        ],
    )  # fmt: skip
    def test_is_not_read_as_pinyin(self, typed: str) -> None:
        assert (
            all("app" not in r.initials for r in readings(typed)) if "q" in typed else readings(typed) == ()
        )

    def test_a_word_that_does_not_parse_stays_as_it_is(self) -> None:
        (reading,) = readings("blockchain gongjijin")
        assert reading.rest == "blockchain"

    def test_the_data_files(self) -> None:
        assert {"zhuang", "lv", "nve", "a"} <= SYLLABLES
        assert {"app", "gdp", "ppp"} <= LATIN_WORDS
        assert all(word == word.lower() and word.isalnum() for word in LATIN_WORDS | SYLLABLES)


class TestBags:
    def test_order_and_homophones_do_not_matter(self) -> None:
        assert sound_bag("城市道路条例") == sound_bag("市城道路条例") == sound_bag("诚市道路条例")
        assert sound_bag("城市道路条例") != sound_bag("城市道路办法")

    def test_too_short_or_too_long_has_none(self) -> None:
        assert sound_bag("税法") == sound_bag("税" * 101) == ""


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    for reading in readings(text):
        assert 0 < reading.needed <= len(reading.sounds) + len(reading.initials)
        assert not any(" " in token for token in (*reading.sounds, *reading.initials))
    pairs, groups = title_sounds(normalise(text))
    assert all(token and " " not in token for token in (*pairs, *groups))


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=2, max_size=25))
def test_syllables_typed_apart_are_read_as_typed(syllables: list[str]) -> None:
    (reading, *_others) = readings(" ".join(syllables))
    wanted = [f"{a}'{b}" for a, b in itertools.pairwise(syllables)]
    assert set(wanted) <= set(reading.sounds)
