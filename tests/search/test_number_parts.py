"""Parts of a number and numbers near one: in any order, in any spelling, and never taken for what they are not."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.archive.models import NormativeDocument
from search.archive.numbers import parse_number, query_keys
from search.fragments import find_fragment, number_parts
from search.nearby_numbers import MAX_NUMBERS, nearby_numbers
from tests.factories.search import ArchivedDocumentFactory

_CODES = st.sampled_from(["国办发", "云政发", "发改价格函", "云政办函", "国务院令", "人社部发", "云交规告"])
_YEARS = st.integers(1950, 2049)
_SEQUENCES = st.integers(1, 9_999)


@given(
    _CODES,
    _YEARS,
    _SEQUENCES,
    st.sampled_from(["{}年", "〔{}〕", "({})", "[{}]", "{}"]),
    st.sampled_from(["{}号", "第{}号", "{}号文"]),
    st.integers(0, 5),
)
def test_code_year_and_sequence_in_any_order_are_the_same_number(
    code: str, year: int, sequence: int, year_sign: str, sequence_sign: str, order: int
) -> None:
    parts = [code, year_sign.format(year), sequence_sign.format(sequence)]
    fragment = find_fragment(" ".join(list(permutations(parts))[order]))
    assert fragment is not None
    assert set(fragment.values) == {f"{year}年", f"{sequence}号"}
    assert fragment.alone
    assert "".join(pair[0] for pair in fragment.code) + fragment.code[-1][1:] == code


@given(_CODES, _YEARS, _SEQUENCES)
def test_the_parts_looked_for_are_those_the_index_holds(code: str, year: int, sequence: int) -> None:
    number = parse_number(f"{code}〔{year}〕{sequence}号")
    assume(number is not None)
    assert number is not None
    fragment = find_fragment(f"{sequence}号 {code} {year}年")
    assert fragment is not None
    assert set(fragment.values) == set(number_parts(number.key))


@pytest.mark.parametrize(
    "typed",
    [
        "发改价格函 1905 2011年",
        "发改价格函〔2011〕1905",
        "2011年1905号",
        "1905号 发改价格函 2011",
        "第1905号 2011 发改价格函",
    ],
)
def test_a_sequence_that_looks_like_a_year_is_told_by_its_sign(typed: str) -> None:
    fragment = find_fragment(typed)
    assert fragment is not None
    assert fragment.values == ("2011年", "1905号")


@given(st.text(max_size=70))
def test_any_text_has_whole_parts_or_none(text: str) -> None:
    fragment = find_fragment(text)
    if fragment is None:
        return
    assert fragment.values
    for value in fragment.values:
        assert value[-1] in "年号"
        assert value[:-1].isascii() and value[:-1].isdigit()
        assert not value.startswith("0")
    assert any(value.endswith("号") for value in fragment.values), "a year alone points to nothing"
    assert len(fragment.values) <= 2


@pytest.mark.parametrize(
    "text",
    [
        "2016年", "80", "2016", "第80条", "增长80%", "2016年和2017年80号", "1.80号", "国办发 2016 2017", "0号 国办发", "第零号 国办发", "号",
        "2016年80号" + "长" * 60, "80号令人注目", "第三号公路 2016",
    ],
)  # fmt: skip
def test_these_are_no_part_of_a_number(text: str) -> None:
    fragment = find_fragment(text)
    assert fragment is None or not fragment.alone


@pytest.mark.parametrize("key", ["", "standard|国办发", "a|b|c|d|e", "||||", "standard|x|| "])
def test_a_broken_key_has_no_parts_that_are_empty(key: str) -> None:
    assert all(part[:-1].strip() or part for part in number_parts(key))
    assert "年" not in number_parts(key)
    assert "号" not in number_parts(key)


@pytest.mark.django_db
class TestNearby:
    @pytest.fixture
    def archive(self) -> dict[str, NormativeDocument]:
        numbers = [
            "云政发〔2021〕7号",
            "云政发〔2021〕9号",
            "云政发〔2021〕70号",
            "云政发〔2019〕8号",
            "云政办发〔2021〕8号",
            "云正发〔2021〕8号",
        ]
        return {number: ArchivedDocumentFactory.create(document_number=number) for number in numbers}

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("云政发〔2021〕8号", ("云政发〔2021〕7号", "云政发〔2021〕9号", "云政发〔2021〕70号")),
            ("云政发(2021)69号", ("云政发〔2021〕70号", "云政发〔2021〕9号", "云政发〔2021〕7号")),
            ("云政发〔2020〕8号", ("云政发〔2019〕8号", "云政发〔2021〕7号", "云政发〔2021〕9号")),
            ("云整发〔2021〕8号", ("云正发〔2021〕8号", "云政发〔2021〕7号", "云政发〔2021〕9号")),
        ],
    )  # fmt: skip
    def test_the_nearest_first(
        self, archive: dict[str, NormativeDocument], asked: str, expected: tuple[str, ...]
    ) -> None:
        assert nearby_numbers(asked) == expected

    def test_one_that_is_here_and_what_is_no_number_have_none(
        self, archive: dict[str, NormativeDocument]
    ) -> None:
        for number in archive:
            assert nearby_numbers(number) == ()
        for text in ("", "公积金", "2021", "云政发", "%_", "|||", "a|b|c|d", "\x00"):
            assert nearby_numbers(text) == () or query_keys(text)

    def test_a_number_that_was_withdrawn_is_not_offered(self, archive: dict[str, NormativeDocument]) -> None:
        NormativeDocument.objects.filter(document_number="云政发〔2021〕7号").update(withdrawn=True)
        assert "云政发〔2021〕7号" not in nearby_numbers("云政发〔2021〕8号")

    def test_few_are_offered_for_few_queries(
        self, archive: dict[str, NormativeDocument], django_assert_max_num_queries: object
    ) -> None:
        ArchivedDocumentFactory.create_batch(30, year=2021)
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            assert len(nearby_numbers("云政发〔2022〕500号")) <= MAX_NUMBERS
