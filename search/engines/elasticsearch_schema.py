"""Fields of the Elasticsearch index, how a prepared document is written into it, and how its stamp is read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elasticsearch import dsl

from search.engines.fields import (
    FLAG_FIELDS,
    KEYWORD_FIELDS,
    NUMBER_FIELDS,
    PAIR_FIELDS,
    STAMP,
    WORD_FIELDS,
    text_value,
)
from search.preparation import PreparedDocument

#: Characters of one token; the built-in `whitespace` analyzer cuts longer ones.
MAX_TOKEN = 255
#: Raise when the same fields are mapped in another way.
LAYOUT = 1
_META = {"yanlu": {**STAMP, "layout": LAYOUT}}


def build_mapping() -> dict[str, Any]:
    """Return the mapping. Only what every distribution has: the built-in `whitespace` analyzer, no plugin, no script.

    The source of a document is not kept: what is shown comes from the database, and a new index is built from there.
    """
    mapping = dsl.Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", enabled=False)
    mapping.meta("_meta", **_META)
    mapping.field("id", dsl.Long())
    for name in WORD_FIELDS:
        mapping.field(name, dsl.Text(analyzer="whitespace", index_options="freqs"))
    for name in PAIR_FIELDS:
        mapping.field(name, dsl.Text(analyzer="whitespace"))
    for name in KEYWORD_FIELDS:
        mapping.field(name, dsl.Keyword())
    for name in NUMBER_FIELDS:
        mapping.field(name, dsl.Long())
    for name in FLAG_FIELDS:
        mapping.field(name, dsl.Boolean())
    return dict(mapping.to_dict())


def difference(found: Mapping[str, Any]) -> str:
    """Say in one phrase how the mapping of an index differs from ours; empty when it does not.

    The stamp is compared first: another one is the work of another version of the site, anything else of a person.
    """
    wanted = build_mapping()
    if found.get("_meta", {}) != wanted["_meta"]:
        return "the index was built by another version"
    for part in ("dynamic", "_source"):
        if found.get(part) != wanted[part]:
            return f"the mapping of the index was changed: {part}"
    ours, theirs = wanted["properties"], found.get("properties", {})
    names = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    return f"the mapping of the index was changed: {', '.join(names[:5])}" if names else ""


def to_source(document: PreparedDocument) -> dict[str, Any]:
    """Return `document` as Elasticsearch takes it."""
    texts = {name: text_value(document.texts.get(name, "")) for name in (*WORD_FIELDS, *PAIR_FIELDS)}
    keywords = {name: list(values) for name, values in document.keywords.items() if values}
    return {"id": document.id, **texts, **keywords, **document.numbers, **document.flags}
