"""Filters as data: what an engine must compile, and the validity of a document on a day as such a condition.

Validity is never stored (it would be wrong the next morning): the index keeps its dates and facts, and the condition
for a day is built when somebody asks.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TypeAlias

from django.utils import timezone

from search.archive.enums import Validity


@dataclass(frozen=True)
class Among:
    """The field holds one of these values."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True)
class Between:
    """The field holds a number within these bounds, both included; a document without the field does not match."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Flag:
    """The field is true."""

    field: str


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    part: Condition


Condition: TypeAlias = Among | Between | Flag | AllOf | AnyOf | Not

_ORDER = (Validity.REPEALED, Validity.LAPSED, Validity.PENDING, Validity.AMENDED, Validity.IN_FORCE)
#: A document in one of these states binds people on that day.
BINDING = (Validity.IN_FORCE, Validity.AMENDED)


def _fact(validity: Validity, day: int, *, past: bool) -> Condition:
    """Return the fact that gives `validity` on `day` when nothing before it in the order of precedence applies.

    A source that marks a document as lapsed without a day speaks of today: on a day of the past the mark only keeps
    the document from being called in force.
    """
    over = Between("valid_until", high=day - 1)
    facts: dict[Validity, Condition] = {
        Validity.REPEALED: Between("repealed_on", high=day),
        Validity.LAPSED: over if past else AnyOf((Flag("lapsed"), over)),
        Validity.PENDING: Between("starts_on", low=day + 1),
        Validity.AMENDED: Between("amended_on", high=day),
        Validity.IN_FORCE: AllOf((Flag("confirmed"), Between("starts_on", high=day), Not(Flag("lapsed")))),
    }
    return facts[validity]


def validity_on(validity: Validity, day: datetime.date) -> Condition:
    """Return the condition "has this validity on `day`", with the precedence of `search.archive.validity`."""
    number, past = day.toordinal(), day < timezone.localdate()
    before = _ORDER if validity is Validity.UNKNOWN else _ORDER[: _ORDER.index(validity)]
    excluded = tuple(Not(_fact(other, number, past=past)) for other in before)
    return AllOf(
        excluded if validity is Validity.UNKNOWN else (_fact(validity, number, past=past), *excluded)
    )
