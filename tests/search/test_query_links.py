"""A search is its address: whatever can be asked can be linked to, bookmarked and opened in the form, and is the same."""

from __future__ import annotations

import datetime
import string
from dataclasses import fields, replace
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.organisations.enums import Level
from search.advanced import AdvancedForm, initial_values
from search.alerts.searches import parameters_of, query_from_address, standing
from search.archive.enums import DocumentType, Validity
from search.language import parse_expression
from search.presentation import chips, facet_links, hidden_fields, sort_links
from search.query import (
    MAX_DEPTH,
    MAX_QUERY_LENGTH,
    MAX_VALUES,
    Match,
    ParameterError,
    Scope,
    SearchQuery,
    Sort,
    parse_query,
)
from search.selectors import FacetValue

_TEXT = (
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"]), max_size=12)
    | st.sampled_from(
        ["国办发〔2016〕80号", "a&b=c", "100% #1", "甲+乙", "?q=1", "é", "\U00020000", '"甲 乙"']
    )
).map(lambda text: " ".join(text.split()))
_NAMES = st.lists(_TEXT.filter(bool), max_size=3, unique=True).map(tuple)
_DAYS = st.none() | st.dates()


def _choices(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    begin, end = draw(_DAYS), draw(_DAYS)
    if begin and end and begin > end:
        begin, end = end, begin
    size = draw(st.integers(1, 100))
    return SearchQuery(
        q=draw(_TEXT),
        scope=draw(st.sampled_from(Scope)),
        match=draw(st.sampled_from(Match)),
        level=draw(_choices(Level.values)),
        issuer=draw(_NAMES),
        region=draw(_NAMES),
        type=draw(_choices(DocumentType.values)),
        genre=draw(_NAMES),
        validity=draw(_choices(Validity.values)),
        year=draw(st.lists(st.integers(1000, 9999), max_size=3, unique=True).map(tuple)),
        date_from=begin,
        date_to=end,
        in_force_on=draw(_DAYS),
        sort=draw(st.sampled_from(Sort)),
        page=draw(st.integers(1, MAX_DEPTH // size)),
        page_size=size,
    )


def _in_order(query: SearchQuery) -> SearchQuery:
    """The same search with the values of each filter in alphabetical order, which means nothing to it."""
    values = {f.name: getattr(query, f.name) for f in fields(query)}
    changes: dict[str, Any] = {
        n: tuple(sorted(v, key=str)) for n, v in values.items() if isinstance(v, tuple)
    }
    return replace(query, **changes)


def opened(link: str) -> SearchQuery:
    assert link.startswith("?")
    return parse_query(QueryDict(link.removeprefix("?")))


@given(queries())
def test_a_link_leads_to_the_same_search(query: SearchQuery) -> None:
    assert opened(query.link()) == query


@given(queries())
def test_a_link_is_made_of_safe_letters_only(query: SearchQuery) -> None:
    """It stands in `href`, in mails, in a redirect and in XML."""
    allowed = set(string.ascii_letters + string.digits + "?&=%+-._~")
    assert set(query.link()) <= allowed


@given(queries())
def test_the_fields_a_form_carries_along_and_those_it_shows_make_the_search(query: SearchQuery) -> None:
    shown = ("q", "scope")
    hidden = hidden_fields(query, *shown)
    again = QueryDict(mutable=True)
    for name, value in [*hidden, ("q", query.q), ("scope", query.scope.value)]:
        again.appendlist(name, value)
    assert parse_query(again) == replace(query, page=1)
    assert not {"page", *shown} & {name for name, _value in hidden}


@given(queries())
def test_every_chip_takes_away_one_thing(query: SearchQuery) -> None:
    assume(not parse_expression(query.q).has_conditions)
    links = [opened(link.url) for link in chips(query)]
    parts = sum(
        len(getattr(query, name))
        for name in ("level", "issuer", "region", "type", "genre", "validity", "year")
    )
    parts += sum(getattr(query, name) is not None for name in ("date_from", "date_to", "in_force_on"))
    parts += query.match is Match.ANY
    assert len(links) == len(set(links)) == parts
    for less in links:
        changed = [
            f.name
            for f in fields(query)
            if getattr(less, f.name) != getattr(query, f.name) and f.name != "page"
        ]
        assert len(changed) == 1
        assert less.page == 1


@given(queries(), st.sampled_from(["level", "issuer", "year"]))
def test_choosing_a_value_twice_changes_nothing(query: SearchQuery, name: str) -> None:
    value: str | int = 2024 if name == "year" else "province"
    facet = FacetValue(str(value), str(value), 1, chosen=value in getattr(query, name))
    (link,) = facet_links(query, name, [facet])
    once = opened(link.url)
    assert (value in getattr(once, name)) != (value in getattr(query, name))
    assert set(getattr(once.toggled(name, value), name)) == set(getattr(query, name))


@given(queries())
def test_one_order_is_in_use_and_each_leads_there(query: SearchQuery) -> None:
    links = sort_links(query, query.sort)
    assert [link.current for link in links].count(True) == 1
    assert [opened(link.url).sort for link in links] == list(Sort)


@given(queries())
def test_a_subscription_keeps_the_search_and_forgets_how_it_was_read(query: SearchQuery) -> None:
    kept = _in_order(standing(query))
    parameters = parameters_of(query)
    assert parse_query(QueryDict(parameters)) == kept
    assert parameters == parameters_of(replace(query, page=1, sort=Sort.OLDEST, page_size=7))
    assert parameters == parameters_of(kept)
    assert query_from_address(f"https://yanlu.example/search/?{parameters}#a12") == kept


@given(queries())
def test_without_filters_only_the_words_are_left(query: SearchQuery) -> None:
    bare = query.unfiltered()
    assert (bare.q, bare.is_filtered) == (query.q, False)
    assert query.is_filtered == (bare != replace(query, page=1) or query.is_filtered)


@given(st.integers(-3, 3), st.sampled_from([" ", "　", "\n", "\u200b", "甲"]))
def test_where_a_long_text_is_cut_its_link_asks_the_same(shift: int, char: str) -> None:
    text = "字" * (MAX_QUERY_LENGTH - 3 + shift) + char + "尾" * 9
    query = parse_query(QueryDict(f"q={quote(text)}"))
    assert query.truncated
    assert opened(query.link()) == replace(query, truncated=False)


@pytest.mark.parametrize(
    ("query_string", "name"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=1e3", "page"),
        ("page=0x10", "page"),
        ("page=99999999999999999999", "page"),
        (f"page={MAX_DEPTH}", "page"),
        ("page=∞", "page"),
        ("page_size=101", "page_size"),
        ("year=99", "year"),
        ("year=0999", "year"),
        ("year=²024", "year"),
        ("year=2024&year=x", "year"),
        ("from=2024-02-30", "from"),
        ("from=2024-13-01", "from"),
        ("to=今天", "to"),
        ("in_force_on=0000-01-01", "in_force_on"),
        ("in_force_on=10000-01-01", "in_force_on"),
        ("from=2024-01-02&to=2024-01-01", "to"),
        ("scope=__class__", "scope"),
        ("scope=ALL", "scope"),
        ("sort=newest'--", "sort"),
        ("validity=in_force&validity=true", "validity"),
        ("level={}", "level"),
        ("&".join(f"issuer={n}" for n in range(MAX_VALUES + 1)), "issuer"),
        (f"genre={'长' * 301}", "genre"),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_its_name_alone(query_string: str, name: str) -> None:
    with pytest.raises(ParameterError) as refused:
        parse_query(QueryDict(query_string))
    assert list(refused.value.errors) == [name]
    assert all(message and len(message) < 80 for message in refused.value.errors.values())


class TestForm:
    @given(queries())
    def test_what_the_form_was_opened_with_comes_out_of_it(self, query: SearchQuery) -> None:
        form = AdvancedForm({name: value for name, value in initial_values(query).items() if value})
        assert form.is_valid(), form.errors
        found = form.search_query()
        same = (
            "level",
            "issuer",
            "region",
            "type",
            "genre",
            "validity",
            "year",
            "date_from",
            "date_to",
            "in_force_on",
            "sort",
        )
        assert {name: getattr(found, name) for name in same} == {name: getattr(query, name) for name in same}
        assert _asked(found.q, query.scope) == _asked(query.q, query.scope)

    @given(
        st.lists(
            st.sampled_from(["甲", "乙", " ", " ", "-", "+", "|", '"', "“", "”", "「", "(", ")", "OR", " OR ", "NOT ", "标题:", "文号:云政发〔2021〕7号", "、"]),
            max_size=9,
        ).map(lambda pieces: " ".join("".join(pieces).split()))
    )  # fmt: skip
    def test_signs_go_into_their_fields_and_come_back(self, q: str) -> None:
        form = AdvancedForm(
            {name: value for name, value in initial_values(SearchQuery(q=q)).items() if value}
        )
        assert form.is_valid(), form.errors
        assert _asked(form.search_query().q, Scope.ALL) == _asked(q, Scope.ALL)

    @given(st.text(max_size=40))
    def test_a_field_for_words_never_becomes_a_sign(self, text: str) -> None:
        """Whatever is typed as a word to leave out is left out, and nothing else happens."""
        try:
            form = AdvancedForm({"excluded": text})
            assume(form.is_valid())
        except ValidationError:  # pragma: no cover - a form collects its errors
            pytest.fail("raised")
        parts = parse_expression(form.search_query().q)
        assert replace(parts, excluded=(), dropped=0) == parse_expression("")


def _asked(q: str, scope: Scope) -> dict[str, Any]:
    """What a search asks, whatever the order of its parts; a number alone is the same in either place."""
    parts = parse_expression(q)
    asked: dict[str, Any] = {
        name: set(getattr(parts, name)) for name in ("phrases", "required", "excluded", "titles", "numbers")
    }
    asked["choices"] = {frozenset(group) for group in parts.choices}
    text = parts.text.split()
    if scope is Scope.NUMBER and not parts.has_conditions and text:
        asked["numbers"], text = {parts.text}, []
    return {**asked, "text": text}


def test_the_days_at_the_ends_of_the_calendar_can_be_asked_for() -> None:
    for day in (datetime.date.min, datetime.date.max):
        query = SearchQuery(in_force_on=day, date_from=day, date_to=day)
        assert opened(query.link()) == query
