"""What the reading side hands to the writing side: one entry for each document or set-aside thing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.text import storable
from search.archive.enums import Reason
from search.archive.importing.originals import StoredOriginal

_DATES = frozenset({"adopted_on", "published_on", "effective_on", "first_effective_on", "valid_until"})


@dataclass(slots=True)
class Entry:
    """One document to write, or (with `reason`) one thing for a person. Plain data: it crosses process borders."""

    source_key: str
    origin: str
    title: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    message: str = ""
    noise: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    original: StoredOriginal | None = None
    raw: str = ""
    from_file: bool = False

    @property
    def digest(self) -> str:
        """Tells whether a source says of the same thing what it said when a person looked at it."""
        if self.from_file:
            return self.original.sha256[:40] if self.original else ""
        stated = "\x00".join(str(self.fields.get(k) or "") for k in ("title", "document_number_raw", "text"))
        unread = "" if self.fields else self.raw
        return hashlib.sha256(f"{stated}\x00{unread}".encode("utf-8", "surrogatepass")).hexdigest()[:40]

    def payload(self) -> dict[str, Any]:
        """What a person needs beside the original: for a document what was taken out, for the rest the fields too."""
        out: dict[str, Any] = {
            k: v for k, v in (("noise", self.noise), ("notes", self.notes), ("raw", self.raw)) if v
        }
        if self.reason is not None:
            out["digest"] = self.digest
        if self.reason is not None and self.fields:
            out["fields"] = {
                k: v.isoformat() if isinstance(v, dt.date) else v for k, v in self.fields.items()
            }
        cleaned: dict[str, Any] = storable(out)
        return cleaned


def fields_from_payload(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a set-aside entry as they were, dates as dates."""
    return {k: dt.date.fromisoformat(v) if k in _DATES and v else v for k, v in stored.items()}


@dataclass(slots=True)
class Prepared:
    """Everything one file gave, and whether reading it met a fault that concerns the file as a whole."""

    origin: str
    size: int = 0
    entries: list[Entry] = field(default_factory=list)
