"""What an engine is. The rest of the room knows only this protocol; parity tests hold every engine to the same answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from search.plan import SearchPlan
from search.preparation import PreparedDocument


class EngineUnavailable(Exception):
    """There is no index that can answer: not built yet, of another version, damaged, or its server is down."""


class EngineBusy(Exception):
    """Another process is writing; the rows stay pending and are tried again."""


@dataclass(frozen=True)
class Hit:
    """One answer: id of the document, its score (none when sorted by date), whether its number was asked for."""

    id: int
    score: float | None


@dataclass(frozen=True)
class EngineResults:
    """`total` matches, the hits of the page, and per facet the count of each value, most frequent first."""

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class IndexStatus:
    """`documents` searchable now; `reason` is empty when the index is usable."""

    usable: bool
    documents: int
    reason: str = ""


class Engine(Protocol):
    """An index of the archive. `apply` and `rebuild` are all or nothing."""

    def search(self, plan: SearchPlan) -> EngineResults:
        """Answer `plan`. Raises `EngineUnavailable`."""

    def apply(self, upserts: Iterable[PreparedDocument], deletes: Iterable[int]) -> None:
        """Replace and remove documents in one commit. Raises `EngineBusy`, `EngineUnavailable`."""

    def rebuild(self, documents: Iterable[PreparedDocument]) -> int:
        """Build a new index beside the old one, then swap; return the number of documents. Raises `EngineBusy`."""

    def status(self) -> IndexStatus:
        """Say whether the index can answer; cheap enough for a probe every few seconds. Never raises."""
