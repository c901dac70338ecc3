"""`search.query`: parameters become one frozen query, or an error that names them."""

from __future__ import annotations

import datetime

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.query import (
    MAX_QUERY_LENGTH,
    ParameterError,
    Scope,
    SearchQuery,
    Sort,
    parse_query,
)

NAMES = ["q", "scope", "level", "issuer", "region", "type", "genre", "validity", "year", "from", "to"]
NAMES += ["in_force_on", "sort", "page", "page_size"]


def parsed(query_string: str) -> SearchQuery:
    return parse_query(QueryDict(query_string))


def test_nothing_asked() -> None:
    assert parsed("") == SearchQuery()
    assert parsed("q=&level=&from=&page=") == SearchQuery()


def test_everything_asked() -> None:
    query = parsed(
        "q=公积金&scope=title&level=city&level=county&issuer=云岭省人民政府&region=云岭省&type=法律&genre=办法"
        "&validity=in_force&year=2023&year=2024&from=2020-01-01&to=2024-12-31&in_force_on=2024-06-01&sort=newest"
        "&page=3&page_size=20"
    )
    assert query.scope is Scope.TITLE
    assert query.level == ("city", "county")
    assert query.year == (2023, 2024)
    assert (query.date_from, query.date_to) == (datetime.date(2020, 1, 1), datetime.date(2024, 12, 31))
    assert query.sort is Sort.NEWEST
    assert query.offset == 40


@pytest.mark.parametrize(
    ("query_string", "name"),
    [
        ("scope=body", "scope"),
        ("level=galaxy", "level"),
        ("level=city&level=galaxy", "level"),
        ("type=小说", "type"),
        ("validity=maybe", "validity"),
        ("year=23", "year"),
        ("year=20234", "year"),
        ("year=二〇二三", "year"),
        ("year=٢٠٢٣", "year"),
        ("from=2024-02-30", "from"),
        ("to=yesterday", "to"),
        ("in_force_on=0000-01-01", "in_force_on"),
        ("sort=random", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1e3", "page"),
        ("page=99999999999999999999", "page"),
        ("page_size=1000", "page_size"),
        ("page=5000&page_size=10", "page"),
        ("from=2024-01-02&to=2024-01-01", "to"),
        ("issuer=" + "长" * 301, "issuer"),
        ("&".join(f"region={n}" for n in range(51)), "region"),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_name(query_string: str, name: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parsed(query_string)
    assert list(caught.value.errors) == [name]
    assert caught.value.errors[name]


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        parsed("level=x&sort=y&page=z")
    assert set(caught.value.errors) == {"level", "sort", "page"}


def test_unknown_parameters_are_ignored() -> None:
    assert parsed("utm_source=wechat&q=税") == SearchQuery(q="税")


def test_a_long_query_is_cut_and_says_so() -> None:
    query = parsed("q=" + "税" * 10_000)
    assert len(query.q) == MAX_QUERY_LENGTH
    assert query.truncated
    assert not parsed("q=" + "税" * MAX_QUERY_LENGTH).truncated


def test_invisible_characters_are_taken_out_of_the_query() -> None:
    assert parsed("q=住%00房%E2%80%AE公%E2%80%8B积金%0A提取").q == "住房公积金 提取"


def test_link_says_only_what_differs_and_is_read_back() -> None:
    query = parsed("q=税&level=city&year=2024&from=2024-01-01&sort=newest&page=2")
    assert parsed(query.link().removeprefix("?")) == query
    assert SearchQuery().link() == "?"


def test_toggling_a_value_adds_it_then_removes_it_and_returns_to_the_first_page() -> None:
    query = SearchQuery(q="税", level=("city",), page=4)
    added = query.toggled("level", "county")
    assert added.level == ("city", "county")
    assert added.page == 1
    assert added.toggled("level", "city").level == ("county",)


def test_without_removes_a_filter() -> None:
    query = SearchQuery(level=("city",), date_from=datetime.date(2024, 1, 1))
    assert query.without("date_from").date_from is None
    assert query.without("level", "city").level == ()
    assert query.without("level").level == ()


def test_is_filtered() -> None:
    assert not SearchQuery(q="税", sort=Sort.NEWEST).is_filtered
    assert SearchQuery(year=(2024,)).is_filtered
    assert SearchQuery(in_force_on=datetime.date(2024, 1, 1)).is_filtered
    assert not SearchQuery(year=(2024,)).unfiltered().is_filtered


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=30)), max_size=12))
def test_any_input_is_parsed_or_refused_with_known_names(pairs: list[tuple[str, str]]) -> None:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    try:
        query = parse_query(data)
    except ParameterError as error:
        assert set(error.errors) <= set(NAMES)
    else:
        assert 1 <= query.page_size <= 100
