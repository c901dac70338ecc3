"""Fields of the embedded index and how a prepared document is written into them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import tantivy

from search.engines.fields import (
    FLAG_FIELDS,
    KEYWORD_FIELDS,
    NUMBER_FIELDS,
    PAIR_FIELDS,
    WORD_FIELDS,
    text_value,
)
from search.preparation import PreparedDocument

#: Days that decide validity. A document without one has `ABSENT` there, later than any day: every document then falls
#: on one side of a day, which is what counting needs (`embedded_facets`).
DECIDING = ("starts_on", "valid_until", "amended_on", "replaced_on", "repealed_on")
ABSENT = 1 << 32
#: Shares of the documents that can be asked for, one of so many, drawn by id: who is in a smaller one is in the larger.
SHARES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
SHARE_FIELD = "share"
#: All flags in one number, so that combinations of them are counted at once.
MARKS_FIELD = "marks"


def build_schema() -> Any:
    """Return the schema. Only built-in tokenizers: a custom one would have to be registered at every open."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for name in WORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in PAIR_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in KEYWORD_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field(MARKS_FIELD, fast=True)
    builder.add_text_field(SHARE_FIELD, tokenizer_name="raw", index_option="basic")
    for name in (*NUMBER_FIELDS, *FLAG_FIELDS):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def marks_of(flags: Mapping[str, bool]) -> int:
    """Return `flags` as the bits of a number, in the order of `FLAG_FIELDS`."""
    return sum(bool(flags.get(name)) << bit for bit, name in enumerate(FLAG_FIELDS))


def flags_of(marks: int) -> dict[str, int]:
    """Return the flags, as 0 and 1, that `marks_of` made a number of."""
    return {name: marks >> bit & 1 for bit, name in enumerate(FLAG_FIELDS)}


def to_tantivy(document: PreparedDocument) -> Any:
    """Return `document` as tantivy takes it."""
    out = tantivy.Document()
    out.add_unsigned("id", document.id)
    for name in (*WORD_FIELDS, *PAIR_FIELDS):
        out.add_text(name, text_value(document.texts.get(name, "")))
    for name, values in document.keywords.items():
        for value in values:
            out.add_text(name, value)
    for name, number in {**dict.fromkeys(DECIDING, ABSENT), **document.numbers}.items():
        out.add_unsigned(name, number)
    out.add_unsigned(MARKS_FIELD, marks_of(document.flags))
    drawn = zlib.crc32(document.id.to_bytes(8, "little"))
    for share in SHARES[1:]:
        if drawn % share == 0:
            out.add_text(SHARE_FIELD, str(share))
    for name, flag in document.flags.items():
        out.add_unsigned(name, int(flag))
    return out
