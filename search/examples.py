"""Searches to try, for the home page: taken from what this installation holds, so that each of them finds something."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import F
from django.db.models.lookups import IsNull

from search.archive.models import NormativeDocument

#: Topics shown; a document number follows them.
TOPICS = 3
#: Documents looked at: the latest of this site first, then the latest of the archive.
LOOKED_AT = 24
#: Seconds the examples are kept; an empty archive is looked at again each time.
CACHE_SECONDS = 600
CACHE_KEY = "search:examples"


def example_queries() -> tuple[str, ...]:
    """Up to three topics that stand in a recent document, and the number of the latest one; empty without documents.

    A topic is the narrower part of 主题分类 (城乡建设、住房: 住房) and counts only where title or text hold the word.
    """
    found: tuple[str, ...] | None = cache.get(CACHE_KEY)
    if not found:
        found = _examples()
        if found:
            cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def _examples() -> tuple[str, ...]:
    latest = (
        NormativeDocument.objects.filter(withdrawn=False)
        .order_by(IsNull(F("page_id"), True), F("published_on").desc(nulls_last=True), "-pk")
        .only("title", "text", "subject_category", "document_number", "number_key")[:LOOKED_AT]
    )
    topics: list[str] = []
    number = ""
    for document in latest:
        topic = document.subject_category.replace("/", "、").rsplit("、", 1)[-1].strip()
        held = bool(topic) and (topic in document.title or topic in document.text)
        if held and topic not in topics and len(topics) < TOPICS:
            topics.append(topic)
        number = number or (document.document_number if document.number_key else "")
    return (*topics, number) if number else tuple(topics)
