"""The fields of the index, once for every engine; each engine's schema is derived from these lists.

A text field holds tokens joined by spaces, made by `search.preparation`; no engine analyses text by itself.
"""

from __future__ import annotations

import zlib

from search.analysis import ANALYSIS_VERSION

#: Tokens whose number matters but not where they stand.
WORD_FIELDS = ("title_words", "title_characters", "title_initials", "body_words")
#: Tokens with positions, for phrases.
PAIR_FIELDS = ("title_pairs", "title_pinyin", "body_pairs", "number_pairs")
#: Values compared whole; a document may hold several. They can be counted and filtered by.
KEYWORD_FIELDS = (
    "exact_title", "title_bag", "number_key", "number_part", "issuer", "level", "region", "type", "genre",
)  # fmt: skip
#: Whole numbers >= 0: days as ordinals, the year, and the two unique sort keys.
NUMBER_FIELDS = (
    "year", "published_on", "starts_on", "valid_until", "amended_on", "replaced_on", "repealed_on", "newest",
    "oldest",
)  # fmt: skip
FLAG_FIELDS = ("lapsed", "standing")

#: Stands for an empty text: tantivy and Lucene count documents without a field differently, and scores depend on it.
NOTHING = "∅"

#: Raise when a field changes its options or what is written into it; names are taken into account by themselves.
SCHEMA_VERSION = 7
_NAMES = repr((WORD_FIELDS, PAIR_FIELDS, KEYWORD_FIELDS, NUMBER_FIELDS, FLAG_FIELDS))
#: An index with another stamp is rebuilt.
STAMP = {"schema": SCHEMA_VERSION, "fields": zlib.crc32(_NAMES.encode()), "analysis": ANALYSIS_VERSION}


def text_value(tokens: str) -> str:
    """Return what a text field holds for `tokens`, tokens joined by spaces."""
    return tokens or NOTHING
