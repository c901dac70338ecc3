"""What the search page shows around the hits: facets, chips, sort links, hidden fields. All of it is plain links and
forms, so the page needs no script."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.analysis import normalise
from search.corrections import BrowseValue
from search.language import compose_expression, parse_expression
from search.query import FILTER_NAMES, MAX_DEPTH, Match, Scope, SearchQuery, Sort
from search.selectors import FACET_LIMIT, FacetValue, SearchResults, value_label

FACET_TITLES = {
    "validity": gettext_lazy("效力状态"),
    "level": gettext_lazy("层级"),
    "type": gettext_lazy("类别"),
    "issuer": gettext_lazy("制发机关"),
    "region": gettext_lazy("地区"),
    "genre": gettext_lazy("文种"),
    "year": gettext_lazy("年份"),
}
SCOPE_LABELS = {
    Scope.ALL: gettext_lazy("标题与正文"),
    Scope.TITLE: gettext_lazy("只查标题"),
    Scope.NUMBER: gettext_lazy("只查文号"),
}
SORT_LABELS = {
    Sort.RELEVANCE: gettext_lazy("按相关度"),
    Sort.NEWEST: gettext_lazy("从新到旧"),
    Sort.OLDEST: gettext_lazy("从旧到新"),
}
#: Facets that are open before anything is chosen.
OPEN_FACETS = frozenset({"validity", "level", "type"})
#: Facets whose values are words of the documents; the others are translated, or numbers.
OPEN_VOCABULARIES, CHINESE = frozenset({"issuer", "region", "genre"}), "zh-Hans"
CONDITION_LABELS = {
    "required": gettext_lazy("必须包含"),
    "choices": gettext_lazy("任一"),
    "titles": gettext_lazy("标题含"),
    "numbers": gettext_lazy("文号"),
    "excluded": gettext_lazy("不含"),
}
DATE_PRESETS = {1: gettext_lazy("近一年"), 3: gettext_lazy("近三年"), 10: gettext_lazy("近十年")}
DATE_LABELS = {
    "date_from": gettext_lazy("发布日期不早于"),
    "date_to": gettext_lazy("发布日期不晚于"),
    "in_force_on": gettext_lazy("在此日有效"),
}


@dataclass(frozen=True)
class Link:
    """A choice the reader can make: where it leads and whether it is the present one."""

    label: str
    url: str
    current: bool = False
    count: int | None = None
    about: bool = False
    #: The language of the label where it is not the page's: values of open vocabularies are as the documents write them.
    lang: str = ""
    day: datetime.date | None = None


@dataclass(frozen=True)
class FacetGroup:
    key: str
    title: str
    links: tuple[Link, ...]
    open: bool
    more_url: str = ""


def facet_groups(results: SearchResults) -> tuple[FacetGroup, ...]:
    """Return the facets that offer a choice, in the order people narrow by."""
    groups = []
    for key, title in FACET_TITLES.items():
        values = results.facets.get(key, ())
        chosen = any(value.chosen for value in values)
        if len(values) > 1 or chosen:
            more = len(values) >= FACET_LIMIT
            groups.append(
                FacetGroup(
                    key,
                    str(title),
                    facet_links(results.query, key, values),
                    open=chosen or key in OPEN_FACETS,
                    more_url=reverse("search_values", args=[key]) + results.query.link(page=1)
                    if more
                    else "",
                )
            )
    return tuple(groups)


def facet_links(
    query: SearchQuery, key: str, values: Sequence[FacetValue], *, find: str = ""
) -> tuple[Link, ...]:
    """Return the values whose words hold `find`, each with the address of the search with or without it."""
    wanted = normalise(find)
    return tuple(
        _facet_link(query, key, value) for value in values if not wanted or wanted in normalise(value.label)
    )


def _facet_link(query: SearchQuery, key: str, value: FacetValue) -> Link:
    stored = int(value.value) if key == "year" else value.value
    lang = CHINESE if key in OPEN_VOCABULARIES else ""
    return Link(value.label, query.toggled(key, stored).link(), value.chosen, value.count, value.about, lang)


def browse_groups(browse: Mapping[str, Sequence[BrowseValue]]) -> tuple[FacetGroup, ...]:
    """Return ways into the archive, for a search that found nothing."""
    return tuple(
        FacetGroup(
            name,
            str(FACET_TITLES[name]),
            tuple(
                Link(value_label(name, v.value), v.query.link(), count=v.count, about=v.about) for v in values
            ),
            open=True,
        )
        for name, values in browse.items()
    )


def chips(query: SearchQuery) -> tuple[Link, ...]:
    """Return the conditions and filters in force, each with the address of this search without it."""
    found = [*_condition_chips(query)]
    found += [
        Link(
            _("%(name)s：%(value)s") % {"name": FACET_TITLES[name], "value": value_label(name, str(value))},
            query.without(name, value).link(),
        )
        for name in FILTER_NAMES
        for value in getattr(query, name)
    ]
    if query.match is Match.ANY:
        found.append(Link(_("含部分检索词即可"), query.without("match").link()))
    for name, label in DATE_LABELS.items():
        if day := getattr(query, name):
            found.append(Link(str(label), query.without(name).link(), day=day))
    return tuple(found)


def _condition_chips(query: SearchQuery) -> Iterator[Link]:
    """What the signs in the search box were understood to mean: `-词` typed by accident should be seen."""
    expression = parse_expression(query.q)
    for name, label in CONDITION_LABELS.items():
        for value in getattr(expression, name):
            text = _("、").join(value) if isinstance(value, tuple) else value
            less = compose_expression(expression.without(name, value))
            shown = _("%(name)s：%(value)s") % {"name": label, "value": text}
            yield Link(shown, query.link(q=less, page=1))


def date_presets(query: SearchQuery, today: datetime.date) -> tuple[Link, ...]:
    """Return common spans of the day of publication, up to `today`, and what is in force today."""
    links = []
    for years, label in DATE_PRESETS.items():
        begin = _years_before(today, years)
        current = query.date_from == begin and query.date_to is None
        links.append(Link(str(label), query.link(date_from=begin, date_to=None, page=1), current))
    in_force = query.link(in_force_on=today, page=1)
    return (*links, Link(_("今天有效"), in_force, query.in_force_on == today))


def _years_before(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def widened_url(results: SearchResults) -> str:
    """Return the address of this search for documents with only some of the words; empty when there is nothing to gain."""
    return results.query.link(match=Match.ANY, page=1) if results.may_widen else ""


def sort_links(query: SearchQuery, used: Sort) -> tuple[Link, ...]:
    return tuple(
        Link(str(label), query.link(sort=sort, page=1), sort is used) for sort, label in SORT_LABELS.items()
    )


def scope_options(query: SearchQuery) -> tuple[tuple[str, str, bool], ...]:
    return tuple((scope.value, str(label), scope is query.scope) for scope, label in SCOPE_LABELS.items())


def hidden_fields(query: SearchQuery, *shown: str) -> list[tuple[str, str]]:
    """Return what a form on this page must carry along: everything but the page and the fields it `shown`s itself."""
    return [(name, value) for name, value in query.parameters(page=1) if name not in shown]


def page_of(results: SearchResults) -> Page[Any]:
    """Return a page for the pagination component; it holds numbers only, the hits are in `results`."""
    paginator: Paginator[Any] = Paginator(range(min(results.total, MAX_DEPTH)), results.query.page_size)
    return paginator.get_page(results.query.page)
