"""Filters as data: what an engine must compile, and the validity of a document on a day as such a condition.

Validity is never stored (it would be wrong the next morning): the index keeps its dates and facts, and the condition
for a day is built when somebody asks.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
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
#: A document in one of these states binds people on that day, unless a newer text stands in its place (`binding_on`).
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
        # Whoever is not pending has begun, if there is a day to begin on; the mark says that there is one.
        Validity.IN_FORCE: Flag("standing"),
    }
    return facts[validity]


def holds(condition: Condition, values: Mapping[str, int | None]) -> bool:
    """Return whether `condition`, on numbers and flags, is true of a document with `values`: days, flags as 0 and 1.

    Raises KeyError for a field that is not among `values`, TypeError for a condition on words.
    """
    match condition:
        case Between(field, low, high):
            value = values[field]
            return value is not None and (low is None or low <= value) and (high is None or value <= high)
        case Flag(field):
            return bool(values[field])
        case Not(part):
            return not holds(part, values)
        case AllOf(parts):
            return all(holds(part, values) for part in parts)
        case AnyOf(parts):
            return any(holds(part, values) for part in parts)
    raise TypeError("a condition on words has no place here")


def validity_among(validities: Iterable[Validity], day: datetime.date) -> AllOf:
    """Return the condition "has one of these validities on `day`", what all of them exclude stated once: that can be looked
    at document by document, the alternatives cannot.
    """
    wanted = sorted(set(validities), key=lambda v: _ORDER.index(v) if v in _ORDER else len(_ORDER))
    parts = [validity_on(validity, day) for validity in wanted]
    if len(parts) == 1:
        return parts[0]
    number, past = day.toordinal(), day < timezone.localdate()
    before = _ORDER[: _ORDER.index(wanted[0])] if wanted else ()
    common = tuple(Not(_fact(other, number, past=past)) for other in before)
    rest = tuple(AllOf(tuple(p for p in part.parts if p not in common)) for part in parts)
    return AllOf((AnyOf(rest), *common))


def validity_on(validity: Validity, day: datetime.date) -> AllOf:
    """Return the condition "has this validity on `day`", with the precedence of `search.archive.validity`."""
    number, past = day.toordinal(), day < timezone.localdate()
    before = _ORDER if validity is Validity.UNKNOWN else _ORDER[: _ORDER.index(validity)]
    excluded = tuple(Not(_fact(other, number, past=past)) for other in before)
    return AllOf(
        excluded if validity is Validity.UNKNOWN else (_fact(validity, number, past=past), *excluded)
    )


def binding_on(day: datetime.date) -> Condition:
    """Return the condition "bound people on `day`": in force or amended, and no newer text of it held here did.

    An amendment alone leaves the text binding: it is then the only one there is.
    """
    standing = validity_among(BINDING, day)
    return AllOf((*standing.parts, Not(Between("replaced_on", high=day.toordinal()))))
