"""What was asked: request parameters parsed once into a frozen `SearchQuery`, for the page, the API and the bench alike.

A value outside its vocabulary is refused with the name of its parameter; a parameter we do not know is ignored.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.organisations.enums import Level
from portal.text import strip_invisible
from search.archive.enums import DocumentType, Validity

#: Characters of `q` that are searched; what is beyond is accepted, left out, and said so.
MAX_QUERY_LENGTH = 500
#: Characters of a value of an open vocabulary (issuer, region, genre) and how many values of one parameter.
MAX_VALUE_LENGTH, MAX_VALUES = 300, 50
#: Results reachable by paging; beyond, a search must be narrowed.
MAX_DEPTH = 10_000
DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 10, 100
_T = TypeVar("_T")


class Scope(StrEnum):
    ALL = "all"
    TITLE = "title"
    NUMBER = "number"


class Match(StrEnum):
    """How much of the words must be in a document."""

    ALL = "all"
    ANY = "any"


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Parameters(Protocol):
    """What is read of a `QueryDict`."""

    def getlist(self, key: str) -> list[str]: ...


class ParameterError(ValueError):
    """One or more parameters have values that mean nothing; `errors` maps parameter to a message for people."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class SearchQuery:
    """One search. Values of one filter are alternatives; different filters all apply."""

    q: str = ""
    truncated: bool = False
    scope: Scope = Scope.ALL
    match: Match = Match.ALL
    level: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    genre: tuple[str, ...] = ()
    validity: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    in_force_on: datetime.date | None = None
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    @property
    def is_filtered(self) -> bool:
        return any(value for name, value in self._filters())

    def _filters(self) -> list[tuple[str, object]]:
        names = (*FILTER_NAMES, "date_from", "date_to", "in_force_on")
        return [(name, getattr(self, name)) for name in names]

    def without(self, name: str, value: object = None) -> SearchQuery:
        """Return this query without filter `name`, or only without one `value` of it; back on the first page."""
        current = getattr(self, name)
        kept = (
            tuple(v for v in current if v != value)
            if isinstance(current, tuple) and value is not None
            else None
        )
        default = next(f.default for f in fields(self) if f.name == name)
        changes: dict[str, Any] = {name: default if kept is None else kept}
        return replace(self, page=1, **changes)

    def toggled(self, name: str, value: str | int) -> SearchQuery:
        """Return this query with `value` of filter `name` added, or removed if it was there; on the first page."""
        current: tuple[str | int, ...] = getattr(self, name)
        if value in current:
            return self.without(name, value)
        changes: dict[str, Any] = {name: (*current, value)}
        return replace(self, page=1, **changes)

    def unfiltered(self) -> SearchQuery:
        return SearchQuery(
            q=self.q, scope=self.scope, match=self.match, sort=self.sort, page_size=self.page_size
        )

    def parameters(self, **changes: object) -> list[tuple[str, str]]:
        """Return the parameters that differ from the defaults, as pairs for a link or hidden fields."""
        query = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = []
        for attribute, name, default in _PARAMETERS:
            value = getattr(query, attribute)
            if value != default:
                pairs.extend((name, str(v)) for v in (value if isinstance(value, tuple) else (value,)))
        return pairs

    def link(self, **changes: object) -> str:
        """Return the query string of this search, `?…`; `?` alone when everything is at its default."""
        return "?" + "&".join(_encoded(*pair) for pair in self.parameters(**changes))


FILTER_NAMES = ("level", "issuer", "region", "type", "genre", "validity", "year")
_PUBLIC_NAMES = {"date_from": "from", "date_to": "to"}
#: Attribute, parameter and default of all that an address can hold; read some sixty times for one page of results.
_PARAMETERS = tuple(
    (field.name, _PUBLIC_NAMES.get(field.name, field.name), field.default)
    for field in fields(SearchQuery)
    if field.name != "truncated"
)


@lru_cache(maxsize=4096)
def _encoded(name: str, value: str) -> str:
    # The words of a search are in each of the sixty addresses of its page.
    return urlencode([(name, value)])


def parse_query(data: Parameters) -> SearchQuery:
    """Return the query asked by `data`. Raises `ParameterError` naming every parameter whose value is not accepted."""
    reader = _Reader(data)
    text = reader.text("q")
    query = SearchQuery(
        q=text[:MAX_QUERY_LENGTH].rstrip(),
        truncated=len(text) > MAX_QUERY_LENGTH,
        scope=reader.choice("scope", Scope, Scope.ALL),
        match=reader.choice("match", Match, Match.ALL),
        level=reader.choices("level", Level.values),
        issuer=reader.words("issuer"),
        region=reader.words("region"),
        type=reader.choices("type", DocumentType.values),
        genre=reader.words("genre"),
        validity=reader.choices("validity", Validity.values),
        year=reader.years("year"),
        date_from=reader.day("from"),
        date_to=reader.day("to"),
        in_force_on=reader.day("in_force_on"),
        sort=reader.choice("sort", Sort, Sort.RELEVANCE),
        page=reader.number("page", 1, 1, MAX_DEPTH),
        page_size=reader.number("page_size", DEFAULT_PAGE_SIZE, 1, MAX_PAGE_SIZE),
    )
    if query.date_from and query.date_to and query.date_from > query.date_to:
        reader.errors["to"] = _("结束日期早于开始日期。")
    if query.offset + query.page_size > MAX_DEPTH:
        reader.errors["page"] = _("只能翻看前 %(depth)s 条结果，请增加筛选条件缩小范围。") % {
            "depth": MAX_DEPTH
        }
    if reader.errors:
        raise ParameterError(reader.errors)
    return query


class _Reader:
    """Reads one parameter at a time and collects what was wrong, so that a caller learns everything at once."""

    def __init__(self, data: Parameters) -> None:
        self.data = data
        self.errors: dict[str, str] = {}

    def _values(self, name: str) -> list[str]:
        values = [" ".join(strip_invisible(value).split()) for value in self.data.getlist(name)]
        return [value for value in values if value]

    def text(self, name: str) -> str:
        return next(iter(self._values(name)), "")

    def _single(self, name: str, default: _T, convert: Callable[[str], _T], message: str | Promise) -> _T:
        value = self.text(name)
        if not value:
            return default
        try:
            return convert(value)
        except (ValueError, OverflowError):
            self.errors[name] = str(message)
            return default

    def choice(self, name: str, kind: type[_T], default: _T) -> _T:
        convert: Callable[[str], _T] = kind
        return self._single(name, default, convert, _("“%s”不是可用的选项。") % self.text(name)[:40])

    def words(self, name: str) -> tuple[str, ...]:
        values = tuple(dict.fromkeys(self._values(name)))
        if len(values) > MAX_VALUES or any(len(value) > MAX_VALUE_LENGTH for value in values):
            self.errors[name] = _("取值过多或过长。")
            return ()
        return values

    def choices(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        values = self.words(name)
        for value in values:
            if value not in allowed:
                self.errors[name] = _("“%s”不是可用的选项。") % value[:40]
                return ()
        return values

    def years(self, name: str) -> tuple[int, ...]:
        values = self.words(name)
        if not all(re.fullmatch("[1-9][0-9]{3}", value) for value in values):
            self.errors[name] = _("年份应为四位数字，例如 2024。")
            return ()
        return tuple(int(value) for value in values)

    def day(self, name: str) -> datetime.date | None:
        def convert(value: str) -> datetime.date | None:
            return datetime.date.fromisoformat(value)

        return self._single(name, None, convert, _("日期格式应为 2024-01-31。"))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        def convert(value: str) -> int:
            if len(value) > 9 or not low <= (number := int(value)) <= high:
                raise ValueError(value)
            return number

        return self._single(
            name, default, convert, _("应为 %(low)s 至 %(high)s 的整数。") % {"low": low, "high": high}
        )
