"""What the search page shows around the hits: facets, chips, sort links, hidden fields. All of it is plain links and
forms, so the page needs no script."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.query import FILTER_NAMES, MAX_DEPTH, Scope, SearchQuery, Sort
from search.selectors import FacetValue, SearchResults, value_label

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
    day: datetime.date | None = None


@dataclass(frozen=True)
class FacetGroup:
    key: str
    title: str
    links: tuple[Link, ...]
    open: bool


def facet_groups(results: SearchResults) -> tuple[FacetGroup, ...]:
    """Return the facets that offer a choice, in the order people narrow by."""
    groups = []
    for key, title in FACET_TITLES.items():
        values = results.facets.get(key, ())
        if len(values) > 1 or any(value.chosen for value in values):
            links = tuple(_facet_link(results.query, key, value) for value in values)
            groups.append(
                FacetGroup(
                    key,
                    str(title),
                    links,
                    open=key in {"validity", "level", "type"} or any(v.chosen for v in values),
                )
            )
    return tuple(groups)


def _facet_link(query: SearchQuery, key: str, value: FacetValue) -> Link:
    stored = int(value.value) if key == "year" else value.value
    return Link(value.label, query.toggled(key, stored).link(), value.chosen, value.count)


def chips(query: SearchQuery) -> tuple[Link, ...]:
    """Return the filters in force, each with the address of this search without it."""
    found = [
        Link(
            _("%(name)s：%(value)s") % {"name": FACET_TITLES[name], "value": value_label(name, str(value))},
            query.without(name, value).link(),
        )
        for name in FILTER_NAMES
        for value in getattr(query, name)
    ]
    for name, label in DATE_LABELS.items():
        if day := getattr(query, name):
            found.append(Link(str(label), query.without(name).link(), day=day))
    return tuple(found)


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
