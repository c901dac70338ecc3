"""The archive under test: resampled documents in the database, grown from size to size, and its index."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.archive import read_archive
from bench.speed.corpus import Source, documents, make_document, read_source
from bench.speed.timing import cpu_seconds

_BATCH = 1_000


@dataclass
class Archive:
    """Resampled documents `0` to `size`, in the database with the ids `1` to `size`, and what building cost."""

    source: Source
    size: int = 0
    characters: int = 0
    notes: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Archive:
        return cls(read_source(read_archive(path)))

    def grow(self, size: int) -> None:
        """Add documents until there are `size`. The index is not told: it is built afterwards."""
        from search.archive.models import NormativeDocument
        from search.archive.services import derive_columns

        rows: list[NormativeDocument] = []
        for position, columns in enumerate(documents(self.source, self.size, size), self.size):
            row = NormativeDocument(id=position + 1, source_key=f"bench:{position}", **columns)
            for name, value in derive_columns(row).items():
                setattr(row, name, value)
            self.characters += len(row.text)
            rows.append(row)
            if len(rows) == _BATCH:
                NormativeDocument.objects.bulk_create(rows)
                rows = []
        NormativeDocument.objects.bulk_create(rows)
        self.size = size

    def document(self, position: int) -> dict[str, Any]:
        return make_document(self.source, position)

    def sample(self, number: int, seed: int = 3) -> list[dict[str, Any]]:
        """Return `number` documents of the archive, drawn at random; fewer when there are not so many."""
        import random

        positions = random.Random(seed).sample(range(self.size), min(number, self.size))
        return [self.document(position) for position in positions]

    @property
    def average_length(self) -> float:
        return self.characters / max(self.size, 1)


@dataclass(frozen=True)
class Build:
    """What one build of the index took."""

    documents: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.documents / self.wall

    @property
    def cores(self) -> float:
        return self.cpu / self.wall


def build_index() -> Build:
    """Build the index of all documents in the database, as `manage.py reindex` does."""
    from search import indexing

    wall, cpu = time.perf_counter(), cpu_seconds()
    count = indexing.rebuild()
    return Build(count, time.perf_counter() - wall, cpu_seconds() - cpu)
