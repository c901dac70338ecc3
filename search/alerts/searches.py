"""A search as something to stand for a while: its canonical form, its words, and what it finds precisely."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from django.db.models.functions import Substr
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from search.archive.models import NormativeDocument
from search.conditions import Among
from search.engines import get_engine
from search.plan import SearchPlan, make_plan
from search.presentation import chips
from search.query import DEFAULT_PAGE_SIZE, Match, SearchQuery, Sort, parse_query

#: Documents asked for at once when a search is held against a list of documents.
CHUNK = 500
#: Characters of the text from which a summary is made.
EXCERPT = 400
_HEAVY = ("text", "history", "confidence", "source")


def standing(query: SearchQuery) -> SearchQuery:
    """`query` without what belongs to reading it once: page, page size and order."""
    return replace(query, page=1, page_size=DEFAULT_PAGE_SIZE, sort=Sort.RELEVANCE, truncated=False)


def parameters_of(query: SearchQuery) -> str:
    """The canonical parameters: the same search always gives the same string, without `?`."""
    return urlencode(sorted(standing(query).parameters()))


def digest_of(parameters: str) -> str:
    return hashlib.sha256(parameters.encode()).hexdigest()


def query_from_address(address: str) -> SearchQuery:
    """The search of an address people paste (whole or from `?` on), or of plain words. Raises `ParameterError`."""
    text = address.strip()
    if "?" in text:
        return standing(parse_query(QueryDict(urlsplit(text).query)))
    if "=" in text and " " not in text:
        return standing(parse_query(QueryDict(text)))
    words = QueryDict(mutable=True)
    words["q"] = text
    return standing(parse_query(words))


def words_of(query: SearchQuery) -> list[str]:
    """The search in words, its text first; never empty."""
    parts = [_("“%(q)s”") % {"q": query.q}] if query.q else []
    for chip in chips(query):
        parts.append(f"{chip.label} {date_format(chip.day, 'Y-m-d')}" if chip.day else chip.label)
    return parts or [_("全部文件")]


def precise_plan(query: SearchQuery, *, day: dt.date, limit: int) -> SearchPlan:
    """The plan of a subscription: newest first, and a document must hold most of what was asked, not just some of it.

    On the page weak matches stand at the end; in a mail they would stand among the others.
    """
    plan = make_plan(replace(standing(query), sort=Sort.NEWEST), day=day, facets=False)
    if not plan.number_alone and query.match is Match.ALL:
        plan = replace(plan, profile=replace(plan.profile, must_share=plan.profile.most_share))
    return replace(plan, limit=limit, offset=0)


def newest(query: SearchQuery, *, limit: int, at: dt.datetime | None = None) -> list[NormativeDocument]:
    """The latest published documents of `query`, with `excerpt` instead of the text. One query.

    Raises `EngineUnavailable`.
    """
    found = get_engine().search(precise_plan(query, day=timezone.localdate(at), limit=limit))
    ids = [hit.id for hit in found.hits]
    documents = (
        NormativeDocument.objects.visible()
        .defer(*_HEAVY)
        .annotate(excerpt=Substr("text", 1, EXCERPT))
        .in_bulk(ids)
    )
    return [documents[pk] for pk in ids if pk in documents]


def matching(query: SearchQuery, ids: Iterable[int], *, at: dt.datetime | None = None) -> list[int]:
    """Those of `ids` that `query` finds, by the index. Raises `EngineUnavailable`."""
    wanted = sorted(set(ids))
    found: list[int] = []
    for start in range(0, len(wanted), CHUNK):
        chunk = tuple(wanted[start : start + CHUNK])
        plan = precise_plan(query, day=timezone.localdate(at), limit=len(chunk))
        only = replace(plan, filters=(*plan.filters, ("among", Among("id", chunk))))
        found.extend(hit.id for hit in get_engine().search(only).hits)
    return found
