"""Fields of the embedded index and how a prepared document is written into them."""

from __future__ import annotations

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
    for name in (*NUMBER_FIELDS, *FLAG_FIELDS):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def to_tantivy(document: PreparedDocument) -> Any:
    """Return `document` as tantivy takes it."""
    out = tantivy.Document()
    out.add_unsigned("id", document.id)
    for name in (*WORD_FIELDS, *PAIR_FIELDS):
        out.add_text(name, text_value(document.texts.get(name, "")))
    for name, values in document.keywords.items():
        for value in values:
            out.add_text(name, value)
    for name, number in document.numbers.items():
        out.add_unsigned(name, number)
    for name, flag in document.flags.items():
        out.add_unsigned(name, int(flag))
    return out
