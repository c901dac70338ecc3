"""What an engine is. The rest of the room knows only this protocol; parity tests hold every engine to the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from search.plan import SearchPlan
from search.preparation import PreparedDocument

#: Documents to write and ids to remove, as one step.
Changes: TypeAlias = tuple[Iterable[PreparedDocument], Iterable[int]]


class EngineUnavailable(Exception):
    """There is no index that can answer or be written: its server is down, its disk is full, or `IndexUnusable`."""


class IndexUnusable(EngineUnavailable):
    """There is no index, or one of another version, or a damaged one. Building it anew mends that."""


class EngineBusy(Exception):
    """Another process is writing; the rows stay pending and are tried again."""


class LockLost(EngineBusy):
    """Another process took over the writing meanwhile: what was written may stand in the index over something newer."""


class DocumentsRefused(Exception):
    """The engine took everything else but not these documents; `reasons` maps their ids to why."""

    def __init__(self, reasons: Mapping[int, str], written: int = 0) -> None:
        super().__init__(f"{len(reasons)} documents were refused by the index")
        self.reasons = dict(reasons)
        self.written = written


@dataclass(frozen=True)
class Hit:
    """One answer: id of the document and its score (none when sorted by date)."""

    id: int
    score: float | None


@dataclass(frozen=True)
class EngineResults:
    """`total` matches, the hits of the page, and per facet the count of each value, most frequent first."""

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    #: Facets whose counts are estimates, because there is too much to count.
    estimated: frozenset[str] = frozenset()


@dataclass(frozen=True)
class IndexStatus:
    """`documents` searchable now; `reason` is empty when the index is usable; `repairable`: a rebuild makes it so."""

    usable: bool
    documents: int
    reason: str = ""
    repairable: bool = False


class Engine(Protocol):
    """An index of the archive. A call that raises may be repeated: writing the same twice changes nothing."""

    def search(self, plan: SearchPlan) -> EngineResults:
        """Answer `plan`. Raises `EngineUnavailable`."""

    def writing(self) -> AbstractContextManager[None]:
        """Be the only writer among all processes while reading what to write and writing it. Raises `EngineBusy`.

        Raises `LockLost` at the end when it was not the only one: what it wrote must then be written again.
        The thread that holds it may enter it again. Writers wait for each other, readers for nobody.
        """

    def apply(self, upserts: Iterable[PreparedDocument], deletes: Iterable[int]) -> None:
        """Replace and remove documents; searches see them when this returns.

        Raises `EngineBusy`, `EngineUnavailable`, or, when all others are written, `DocumentsRefused`.
        """

    def rebuild(
        self,
        documents: Iterable[PreparedDocument],
        catch_up: Callable[[], Iterable[Changes]] | None = None,
    ) -> int:
        """Build a new index beside the old one, then swap; return the number of documents.

        The old index answers and is written meanwhile. `catch_up` is called as the only writer just before the swap and
        yields what was written to the old index since `documents` were read. Raises `EngineBusy` when another process
        builds, `EngineUnavailable`, and `DocumentsRefused` after the swap.
        """

    def status(self) -> IndexStatus:
        """Say whether the index can answer; cheap enough for a probe every few seconds. Never raises."""

    def verify(self) -> IndexStatus:
        """Look at all of the index, however long that takes, and say whether it can answer; damage found makes it unusable.

        Never raises.
        """
