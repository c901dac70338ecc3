"""What a reader may be about to type: words, titles, document numbers and issuers of this archive, a few of each.

Titles and numbers come from the index and are as new as it; words and issuers from `search.vocabulary`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from portal.lookups import begins
from portal.text import strip_invisible
from search import vocabulary
from search.analysis import normalise
from search.archive.models import NormativeDocument
from search.archive.numbers import query_keys, query_prefixes
from search.engines import get_engine
from search.highlights import Terms, as_heard, mark, terms_of
from search.plan import make_plan
from search.query import Scope, SearchQuery
from search.relaxation import answer

#: Characters of the typed text that are looked at, and suggestions given at most.
MAX_TEXT, MAX_COMPLETIONS = 60, 8
#: Titles looked at: versions of one document share theirs, and it is offered once.
MAX_TITLES = 24
#: Of one kind at most, where other kinds have something to offer too.
_SHARES = {"number": 4, "word": 3, "issuer": 2, "title": 5}


class Kind(StrEnum):
    """What a suggestion is, and so what choosing it does: a title or a number opens the document, the others search."""

    NUMBER = "number"
    WORD = "word"
    TITLE = "title"
    ISSUER = "issuer"


@dataclass(frozen=True)
class Completion:
    """One suggestion. `text` is shown, `note` beside it; `marks` are character spans of `text` that were typed."""

    kind: Kind
    text: str
    url: str
    note: str = ""
    marks: tuple[tuple[int, int], ...] = field(default=())


def complete(text: str, *, limit: int = MAX_COMPLETIONS) -> tuple[Completion, ...]:
    """Return at most `limit` suggestions for what was typed so far; none for nothing.

    One engine query and two database queries at most. Raises `EngineUnavailable`.
    """
    typed = " ".join(strip_invisible(text[:MAX_TEXT]).split())
    folded = normalise(typed).strip()
    if not folded or limit < 1:
        return ()
    numbers = list(_numbers(typed))
    groups = {Kind.NUMBER: numbers}
    if not numbers:
        groups |= {
            Kind.WORD: list(_words(folded)),
            Kind.TITLE: list(_titles(typed)),
            Kind.ISSUER: list(_issuers(folded)),
        }
    return _shared(groups, min(limit, MAX_COMPLETIONS))


def _shared(groups: dict[Kind, list[Completion]], limit: int) -> tuple[Completion, ...]:
    """Give each kind its share in a fixed order; what one kind leaves over goes to the titles, then to the others."""
    counts = {kind: min(len(found), _SHARES[kind]) for kind, found in groups.items()}
    while sum(counts.values()) > limit:
        counts[max(counts, key=lambda kind: (counts[kind], kind is Kind.TITLE))] -= 1
    for kind in (Kind.TITLE, Kind.NUMBER, Kind.WORD, Kind.ISSUER):
        spare = limit - sum(counts.values())
        counts[kind] = counts.get(kind, 0) + min(spare, len(groups.get(kind, ())) - counts.get(kind, 0))
    return tuple(item for kind, found in groups.items() for item in found[: counts[kind]])


def _numbers(typed: str) -> Iterator[Completion]:
    """Documents whose own number is typed, or begins as typed; the latest first."""
    keys, prefixes = query_keys(typed), query_prefixes(typed)
    if not (keys or prefixes):
        return
    documents = NormativeDocument.objects.visible().exclude(number_key="")
    wanted = documents.filter(number_key__in=keys)
    for prefix in prefixes:
        # `|` stands before every part, so nothing longer slips in.
        wanted = wanted | documents.filter(begins("number_key", prefix))
    rows = wanted.order_by("-year", "-published_on", "-pk").only("title", "document_number")
    for document in rows[:MAX_COMPLETIONS]:
        number = document.document_number
        yield Completion(
            Kind.NUMBER, number, document.get_absolute_url(), document.title, _typed_part(number, typed)
        )


def _titles(typed: str) -> Iterator[Completion]:
    query = SearchQuery(q=typed, scope=Scope.TITLE, page_size=MAX_TITLES)
    plan = make_plan(query, day=timezone.localdate(), facets=False)
    ids = [hit.id for hit in answer(get_engine().search, plan, query)[0].hits]
    found = NormativeDocument.objects.visible().only("title", "document_number").in_bulk(ids)
    read = terms_of(plan)
    terms = replace(_terms(typed), sounds=read.sounds, initials=read.initials)
    seen: set[str] = set()
    for document in (found[pk] for pk in ids if pk in found):
        if document.title in seen:
            continue
        seen.add(document.title)
        note, url = document.document_number, document.get_absolute_url()
        spans = _spans(document.title, as_heard(document.title, terms))
        yield Completion(Kind.TITLE, document.title, url, note, spans)


def _words(folded: str) -> Iterator[Completion]:
    # The last word is the one being typed; those before it stay.
    before, _, last = folded.rpartition(" ")
    for term in vocabulary.current().beginning_with(last, limit=6):
        text = f"{before} {term}".strip()
        if text != folded:
            yield Completion(Kind.WORD, text, _search_url(q=text), marks=_typed_part(text, folded))


def _issuers(folded: str) -> Iterator[Completion]:
    if len(folded) < 2:
        return
    for name in vocabulary.current().issuers_like(folded, limit=3):
        yield Completion(Kind.ISSUER, name, _search_url(issuer=name), marks=_typed_part(name, folded))


def _search_url(**parameters: str) -> str:
    return f"{reverse('search')}?{urlencode(parameters)}"


def _terms(typed: str) -> Terms:
    folded = normalise(typed)
    pairs = frozenset(folded[i : i + 2] for i in range(len(folded) - 1))
    return Terms(words=tuple(filter(None, folded.split())), pairs=pairs)


def _spans(text: str, terms: Terms) -> tuple[tuple[int, int], ...]:
    spans, place = [], 0
    for segment in mark(text, terms):
        end = place + len(segment.text)
        spans.extend([(place, end)] if segment.marked else [])
        place = end
    return tuple(spans)


def _typed_part(text: str, typed: str) -> tuple[tuple[int, int], ...]:
    """Return where `typed` stands in `text`, letter for letter; nowhere when it was typed in another spelling."""
    found = re.search(re.escape(typed), text, re.IGNORECASE)
    return (found.span(),) if found else ()
