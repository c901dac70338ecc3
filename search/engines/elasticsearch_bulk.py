"""Writing many documents: in requests of bounded size, slower when the server is behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from elasticsearch import Elasticsearch, helpers

from search.engines.base import EngineUnavailable, IndexUnusable
from search.engines.elasticsearch_schema import to_source
from search.preparation import PreparedDocument

#: Documents and bytes of one request.
CHUNK, CHUNK_BYTES = 300, 8 * 2**20
#: A server that is behind says so (429); it is asked again after .5, 1, 2 … seconds, half a minute at most each time.
RETRIES, FIRST_PAUSE, LONGEST_PAUSE = 8, 0.5, 30.0
#: What of a refused document's reason is kept.
_REASON = 200


def write(
    client: Elasticsearch,
    index: str,
    upserts: Iterable[PreparedDocument],
    deletes: Iterable[int] = (),
    *,
    alias: bool,
) -> tuple[int, dict[int, str]]:
    """Write to `index`; return how many documents were written and the refused ones with reasons.

    `alias`: `index` must be an alias, so that a missing one is an error and not a new index by its name. Raises
    `EngineUnavailable` when the server goes on refusing everything, and what the client raises.
    """
    written, refused = 0, {}
    outcomes = helpers.streaming_bulk(
        client,
        _actions(upserts, deletes),
        chunk_size=CHUNK,
        max_chunk_bytes=CHUNK_BYTES,
        max_retries=RETRIES,
        initial_backoff=FIRST_PAUSE,
        max_backoff=LONGEST_PAUSE,
        raise_on_error=False,
        index=index,
        require_alias=alias,
    )
    for taken, outcome in outcomes:
        verb, item = next(iter(outcome.items()))
        if taken:
            written += verb == "index"
        elif not (verb == "delete" and item["status"] == 404 and "error" not in item):
            refused[int(item["_id"])] = _reason(item)
    return written, refused


def _actions(upserts: Iterable[PreparedDocument], deletes: Iterable[int]) -> Iterator[dict[str, Any]]:
    for document in upserts:
        yield {"_op_type": "index", "_id": str(document.id), "_source": to_source(document)}
    for pk in deletes:
        yield {"_op_type": "delete", "_id": str(pk)}


def _reason(item: dict[str, Any]) -> str:
    """Return why one document was refused. Raises `EngineUnavailable` where the reason is not the document."""
    error = item.get("error") or {}
    kind, said = error.get("type", ""), str(error.get("reason", ""))
    if kind in ("index_not_found_exception", "strict_dynamic_mapping_exception"):
        raise IndexUnusable("the index is missing or its mapping was changed")
    if item["status"] in (403, 429) or item["status"] >= 500:
        raise EngineUnavailable(f"Elasticsearch takes no documents at the moment: {kind}")
    while error.get("caused_by"):
        error = error["caused_by"]
    return f"{kind}: {error.get('reason') or said}"[:_REASON]
