"""A document as the index wants it. No Django here: worker processes import this module and start at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search import analysis, pinyin
from search.archive.numbers import parse_number
from search.fragments import number_parts

#: Columns of the archive that are read for indexing, in one place so that nothing else is fetched.
COLUMNS = (
    "id", "title", "document_number", "document_number_raw", "number_key", "registration_number", "index_number",
    "issuing_authority", "co_issuers", "level", "region", "doc_type", "genre", "year", "adopted_on", "published_on",
    "effective_on", "valid_until", "amended_on", "replaced_on", "repealed_on", "lapsed", "validity_confirmed",
    "page_id", "text",
)  # fmt: skip


#: Days that are indexed as the archive states them.
_DATED = ("published_on", "valid_until", "amended_on", "replaced_on", "repealed_on")
_BETWEEN_ISSUERS = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class PreparedDocument:
    """Tokens joined by spaces, keywords as they are, days as ordinals; absent values are absent."""

    id: int
    texts: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    flags: Mapping[str, bool]


def split_issuers(names: str) -> tuple[str, ...]:
    """Return the bodies in one field: sources write joint issuers as 甲、乙."""
    return tuple(filter(None, _BETWEEN_ISSUERS.split(names)))


def prepare(row: Mapping[str, Any]) -> PreparedDocument:
    """Return the index form of `row`, a mapping of `COLUMNS`. Pure; costs about a millisecond per document."""
    # Title and issuer are part of what is searched as the text: words asked for together are then found in one field,
    # whether they stand in the title or below it, and whether or not the text is signed.
    text = f"{row['title']}\n{row['text']}\n{_BETWEEN_ISSUERS.sub(' ', row['issuing_authority'])}"
    title, body = analysis.normalise(row["title"]), analysis.normalise(text)
    written = " ".join(
        filter(None, (row["document_number"], row["document_number_raw"], row["registration_number"]))
    )
    number_text = analysis.normalise(f"{written} {row['index_number']}")
    sounds, initials = pinyin.title_sounds(title)
    return PreparedDocument(
        id=row["id"],
        texts={
            "title_words": " ".join(analysis.words(title)),
            "title_characters": " ".join(analysis.characters(title)),
            "title_pairs": " ".join(analysis.positions(title)),
            "title_pinyin": " ".join(sounds),
            "title_initials": " ".join(initials),
            "body_words": " ".join(analysis.words(body)),
            "body_pairs": " ".join(analysis.positions(body)),
            "number_pairs": " ".join(analysis.positions(number_text)),
        },
        keywords=_keywords(row),
        numbers=_numbers(row),
        flags=_flags(row),
    )


def _keywords(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    registration = parse_number(row["registration_number"] or "")
    keys = (row["number_key"], registration.key if registration else "")
    # Sources write joint issuers in one field; each of them is an issuer to filter by.
    issuers = (
        *split_issuers(row["issuing_authority"]),
        *(issuer for name in row["co_issuers"] or () for issuer in split_issuers(str(name))),
    )
    values: dict[str, tuple[str, ...]] = {
        "exact_title": (analysis.exact_form(row["title"]),),
        "title_bag": (analysis.bag_of(row["title"]), pinyin.sound_bag(row["title"])),
        "number_key": keys,
        "number_part": tuple(part for key in keys for part in number_parts(key or "")),
        "issuer": issuers,
        "level": (row["level"],),
        "region": (row["region"],),
        "type": (row["doc_type"],),
        "genre": (row["genre"],),
    }
    return {name: tuple(dict.fromkeys(v for v in group if v)) for name, group in values.items()}


def _starts_on(row: Mapping[str, Any]) -> datetime.date | None:
    """A policy published here that states no other day applies from its publication (`search.archive.validity`)."""
    day: datetime.date | None = row["effective_on"] or (row["published_on"] if row["page_id"] else None)
    return day


def _flags(row: Mapping[str, Any]) -> dict[str, bool]:
    """`standing`: once begun it is in force, unless a day or an act says otherwise."""
    lapsed = bool(row["lapsed"])
    return {
        "lapsed": lapsed,
        "standing": bool(row["validity_confirmed"]) and not lapsed and _starts_on(row) is not None,
    }


def _numbers(row: Mapping[str, Any]) -> dict[str, int]:
    starts_on = _starts_on(row)
    dated = {**{name: row[name] for name in _DATED}, "starts_on": starts_on}
    days = {name: day.toordinal() for name, day in dated.items() if day}
    shown: datetime.date | None = row["published_on"] or row["adopted_on"] or row["effective_on"]
    if row["year"] or shown:
        days["year"] = row["year"] or (shown.year if shown else 0)
    # Unique sort keys: the day, then the id; undated documents come last in both directions.
    day = shown.toordinal() if shown else None
    days["newest"] = ((day or 0) << 32) + row["id"]
    days["oldest"] = ((4_000_000 if day is None else day) << 32) + row["id"]
    return days
