"""Wagtail's own search, made to find Chinese.

The databases' full-text indexes cut at spaces, so a Chinese sentence is one token and only its beginning is found. Pages
therefore index `segmented_text` (character pairs and words, joined by spaces), and this backend cuts what is typed in the
same way. Everything else is the stock backend of whatever database is in use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.search.backends import database
from wagtail.search.query import And, Not, Or, Phrase, PlainText

from portal.text import bigrams, normalise

#: Tokens of one query; each is one condition for the database.
MAX_TOKENS = 60


def segment_query(text: str) -> str:
    """Return `text` as the tokens an index of `segmented_text` knows; empty when nothing in it can be searched."""
    return " ".join(list(dict.fromkeys(bigrams(normalise(text))))[:MAX_TOKENS])


def _segmented(query: Any) -> Any:
    """Return `query`, a string or a tree of Wagtail's query objects, with every text in it cut."""
    if isinstance(query, str):
        return segment_query(query)
    if isinstance(query, PlainText):
        return PlainText(segment_query(query.query_string), operator=query.operator, boost=query.boost)
    if isinstance(query, Phrase):
        return PlainText(segment_query(query.query_string), operator="and")
    if isinstance(query, And | Or):
        return type(query)([_segmented(part) for part in query.subqueries])
    if isinstance(query, Not):
        return Not(_segmented(query.subquery))
    return query


class SegmentedQueries:
    """Mixed into a database backend: cuts the queries of models that index `segmented_text`, leaves others alone."""

    def _search(
        self, compiler: type, query: Any, model_or_queryset: type[Model] | QuerySet[Any], **options: Any
    ) -> Any:
        model: Any = getattr(model_or_queryset, "model", model_or_queryset)
        indexed = {getattr(field, "field_name", "") for field in getattr(model, "search_fields", ())}
        if "segmented_text" in indexed and not options.get("fields"):
            query = _segmented(query)
            if isinstance(query, PlainText) and not query.query_string:
                query = ""
        return super()._search(compiler, query, model_or_queryset, **options)  # type: ignore[misc]


@lru_cache(maxsize=8)
def _with_segmented_queries(backend: type) -> type:
    return type(f"Segmented{backend.__name__}", (SegmentedQueries, backend), {})


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name Wagtail looks for
    """Return the backend of the default database with segmented queries."""
    stock = database.SearchBackend(dict(params))
    kind: type = type(stock)
    return _with_segmented_queries(kind)(dict(params))
