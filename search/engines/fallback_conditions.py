"""Filters of a plan as conditions of the database, for when no index can answer."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import TypeVar

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from search.conditions import AllOf, Among, AnyOf, Between, Condition, Flag, Not
from search.engines.base import EngineUnavailable

_T = TypeVar("_T")
_COLUMNS = {
    "level": "level",
    "region": "region",
    "type": "doc_type",
    "genre": "genre",
    "number_key": "number_key",
}
_DAYS = frozenset({"published_on", "valid_until", "amended_on", "replaced_on", "repealed_on"})
#: `preparation` writes these marks into the index.
_FLAGS = {
    "lapsed": Q(lapsed=True),
    "standing": Q(validity_confirmed=True, lapsed=False)
    & (Q(effective_on__isnull=False) | Q(page_id__isnull=False, published_on__isnull=False)),
}
#: What stands between joint issuers, as `preparation` splits them.
_BREAK = r"[、，,；;\s]"
#: The same in JSON, where quotation marks end a name, too.
_BETWEEN_NAMES = r'["、，,；;\s]|\\u3001|\\uff0c|\\uff1b|\\u3000|\\[nrt]'
#: The list of joint issuers as text, under the name the conditions use.
ANNOTATIONS = {"issuers_as_text": Cast("co_issuers", TextField())}
_FIRST, _LAST = datetime.date.min.toordinal(), datetime.date.max.toordinal()


def compile_condition(condition: Condition) -> Q:
    """Return `condition` for `NormativeDocument`. Raises `EngineUnavailable` for a field the database does not have."""
    if isinstance(condition, Among):
        return _among(condition)
    if isinstance(condition, Between):
        return _between(condition)
    if isinstance(condition, Flag):
        return _known(_FLAGS, condition.field)
    if isinstance(condition, Not):
        return ~compile_condition(condition.part)
    join = and_ if isinstance(condition, AllOf) else or_
    assert isinstance(condition, AllOf | AnyOf)  # noqa: S101 - the union has no other member
    return reduce(join, map(compile_condition, condition.parts))


def _known(names: dict[str, _T], field: str) -> _T:
    if field not in names:
        raise EngineUnavailable(f"the database alone cannot filter by {field}")
    return names[field]


def _among(condition: Among) -> Q:
    special: dict[str, Callable[[tuple[str | int, ...]], Q]] = {"issuer": _issuers, "year": _years}
    if condition.field in special:
        return special[condition.field](condition.values)
    return Q(**{f"{_known(_COLUMNS, condition.field)}__in": condition.values})


def _issuers(names: tuple[str | int, ...]) -> Q:
    """One of several joint issuers counts too, whether they stand in one field or in a list."""
    return reduce(or_, (_issuer(str(name)) for name in names))


def _issuer(name: str) -> Q:
    in_field = Q(issuing_authority__regex=f"(^|{_BREAK}){re.escape(name)}({_BREAK}|$)")
    # A list is kept as JSON, by some databases with its characters escaped.
    written = {json.dumps(name, ensure_ascii=False)[1:-1], json.dumps(name)[1:-1]}
    in_list = (f"({_BETWEEN_NAMES}){re.escape(form)}({_BETWEEN_NAMES})" for form in written)
    return reduce(or_, (Q(issuers_as_text__regex=pattern) for pattern in in_list), in_field)


def _years(years: tuple[str | int, ...]) -> Q:
    """The year stated, or that of the day shown, as `preparation` takes it."""
    unstated = Q(year__isnull=True) | Q(year=0)
    published = Q(published_on__year__in=years)
    adopted = Q(published_on__isnull=True, adopted_on__year__in=years)
    effective = Q(published_on__isnull=True, adopted_on__isnull=True, effective_on__year__in=years)
    return Q(year__in=years) | (unstated & (published | adopted | effective))


def _between(condition: Between) -> Q:
    if condition.field == "starts_on":
        # A policy published here that states no other day applies from its publication.
        stated = _range("effective_on", condition)
        published = Q(effective_on__isnull=True, page_id__isnull=False) & _range("published_on", condition)
        return stated | published
    if condition.field not in _DAYS:
        raise EngineUnavailable(f"the database alone cannot filter by {condition.field}")
    return _range(condition.field, condition)


def _range(column: str, condition: Between) -> Q:
    bounds = Q(**{f"{column}__isnull": False})
    if condition.low is not None:
        bounds &= Q(**{f"{column}__gte": _day(condition.low)})
    if condition.high is not None:
        bounds &= Q(**{f"{column}__lte": _day(condition.high)})
    return bounds


def _day(ordinal: int) -> datetime.date:
    return datetime.date.fromordinal(min(max(ordinal, _FIRST), _LAST))
