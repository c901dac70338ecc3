"""The archive's own words, and the respellings made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import spelling, vocabulary
from search.vocabulary import build, is_near
from tests.factories.search import ArchivedDocumentFactory

TITLES = [
    "云岭省住房公积金提取管理办法",
    "云岭省住房公积金贷款规定",
    "云岭省行政处罚裁量办法",
    "关于印发渔港管理规定的通知",
]
WORDS = build(TITLES, {"云岭省人民政府": 3, "云岭省渔业局": 1})


def test_terms_are_words_and_common_neighbours() -> None:
    assert WORDS.terms["公积金"] == 2
    assert WORDS.terms["住房公积金"] == 2
    assert not any("印发" in term and len(term) > 2 for term in WORDS.terms)


@pytest.mark.parametrize(
    ("typed", "term"), [("公鸡金", "公积金"), ("住方公积金", "住房公积金"), ("行政处法", "行政处罚")]
)
def test_homophones(typed: str, term: str) -> None:
    assert term in WORDS.sounding_like(typed)


@pytest.mark.parametrize(
    ("typed", "term"),
    [("公金积", "公积金"), ("公积积金", "公积金"), ("住房公积", "住房公积金"), ("公级金", "公积金")],
)
def test_near_misses(typed: str, term: str) -> None:
    assert term in WORDS.close_to(typed)


def test_what_is_right_has_no_other_spelling_of_itself() -> None:
    assert "公积金" not in WORDS.close_to("公积金")
    assert "公积金" not in WORDS.sounding_like("公积金")


@pytest.mark.parametrize(("latin", "term"), [("gongjijin", "公积金"), ("gjj", "公积金"), ("yugang", "渔港")])
def test_pinyin(latin: str, term: str) -> None:
    assert term in WORDS.spelt(latin)


def test_issuers_by_part_pinyin_and_initials() -> None:
    assert WORDS.issuers_like("渔业", limit=3) == ("云岭省渔业局",)
    assert WORDS.issuers_like("ylsyyj", limit=3) == ("云岭省渔业局",)
    assert WORDS.issuers_like("yunlingsheng", limit=3) == ("云岭省人民政府", "云岭省渔业局")


_TEXT = st.text(alphabet="甲乙丙丁", min_size=1, max_size=6)


@given(_TEXT, _TEXT)
def test_nearness_is_the_same_from_both_sides(a: str, b: str) -> None:
    assert is_near(a, b) == is_near(b, a)


@given(_TEXT, st.integers(0, 5), st.sampled_from("甲乙戊"))
def test_one_change_is_near(text: str, place: int, other: str) -> None:
    place %= len(text)
    longer = text[:place] + other + text[place:]
    assert is_near(text, longer)
    changed = text[:place] + "己" + text[place + 1 :]
    assert is_near(text, changed)
    assert not is_near(text, longer + "庚辛")


@pytest.mark.django_db
class TestRespellings:
    @pytest.fixture(autouse=True)
    def titles(self, db: None) -> None:
        for title in TITLES:
            ArchivedDocumentFactory.create(title=title)

    @pytest.mark.parametrize(
        ("q", "other", "kind"),
        [
            ("公鸡金", "公积金", spelling.Kind.SOUND),
            ("公金积", "公积金", spelling.Kind.WRITING),
            ("yugang", "渔港", spelling.Kind.PINYIN),
            ("zhufanggongjijin tiqu", "住房公积金提取", spelling.Kind.PINYIN),
            ("yugangtiqu", "渔港提取", spelling.Kind.PINYIN),
            ("公鸡金 -渔港", "公积金 -渔港", spelling.Kind.SOUND),
            ("“公鸡金”", "公积金", spelling.Kind.SOUND),
        ],
    )
    def test_another_spelling(self, q: str, other: str, kind: spelling.Kind) -> None:
        assert (other, kind) in spelling.respellings(q)

    def test_what_the_archive_writes_is_left_alone(self) -> None:
        assert spelling.respellings("公积金") == ()
        assert not any("鸡" in other for other, _kind in spelling.respellings("公积金 渔港"))

    def test_known_parts_come_first(self) -> None:
        assert spelling.known_parts("鼯鼠公积金 2016")[0] == "公积金"
        assert "2016" not in spelling.known_parts("鼯鼠公积金 2016")

    def test_a_new_title_brings_its_words(self) -> None:
        assert "雷电" not in vocabulary.current().terms
        ArchivedDocumentFactory.create(title="雷电防护条例")
        assert "雷电" in vocabulary.current().terms
