"""Writing the embedded index: commits into the generation that answers, and building another one beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import tantivy

from search.engines.base import Changes, IndexUnusable
from search.engines.embedded_faults import translated
from search.engines.embedded_schema import to_tantivy
from search.engines.storage import IndexStorage
from search.preparation import PreparedDocument

_WRITER_MEMORY = 128_000_000
#: Segments after which a writer waits for merging: many small commits would otherwise slow every search down.
_MAX_SEGMENTS = 12
_CANNOT_WRITE = "the index cannot be written"


def apply_changes(
    generation: Path, schema: Any, upserts: Iterable[PreparedDocument], deletes: Iterable[int]
) -> None:
    """Replace and remove documents in one commit: all of them or, when this raises `EngineUnavailable`, none."""
    try:
        index = tantivy.Index.open(str(generation))
    except (OSError, ValueError) as error:
        raise IndexUnusable(f"the index cannot be read: {str(error)[:120]}") from error
    documents = list(upserts)
    gone = [*deletes, *(document.id for document in documents)]
    with translated(_CANNOT_WRITE):
        writer = index.writer(_WRITER_MEMORY, 1)
        if gone:
            # By query: deleting by term does not match unsigned fields (tantivy-py 0.27), and says nothing.
            writer.delete_documents_by_query(tantivy.Query.term_set_query(schema, "id", gone))
        for document in documents:
            writer.add_document(to_tantivy(document))
        writer.commit()
        index.reload()
        if index.searcher().num_segments > _MAX_SEGMENTS:
            writer.wait_merging_threads()


def build_generation(
    storage: IndexStorage,
    schema: Any,
    documents: Iterable[PreparedDocument],
    catch_up: Callable[[], Iterable[Changes]] | None,
    writing: Callable[[], Any],
) -> int:
    """Build a generation and let it answer; return its number of documents. Only for who holds the builder lock.

    What goes wrong leaves the old generation as it was and nothing of the new one.
    """
    with translated(_CANNOT_WRITE):
        generation = storage.new_generation()
    try:
        count = _fill(generation, schema, documents)
        with writing():
            for upserts, deletes in catch_up() if catch_up else ():
                apply_changes(generation, schema, upserts, deletes)
            with translated(_CANNOT_WRITE):
                storage.publish(generation)
    except BaseException:
        storage.discard(generation)
        raise
    return count


def _fill(generation: Path, schema: Any, documents: Iterable[PreparedDocument]) -> int:
    count = 0
    with translated(_CANNOT_WRITE):
        index = tantivy.Index(schema, str(generation))
        # One thread: documents keep their order, so equal scores come out equally after every rebuild.
        writer = index.writer(_WRITER_MEMORY, 1)
    for document in documents:
        # Only tantivy's faults are the index's: those of `documents` are not translated.
        with translated(_CANNOT_WRITE):
            writer.add_document(to_tantivy(document))
        count += 1
    with translated(_CANNOT_WRITE):
        writer.commit()
        writer.wait_merging_threads()
    return count
