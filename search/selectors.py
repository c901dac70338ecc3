"""Reading: one search from query to what the page and the API show, and the state of the index."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.organisations.enums import Level
from search import highlights
from search.archive.enums import DocumentType, Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.engines import get_engine
from search.engines.base import EngineResults, EngineUnavailable, IndexStatus
from search.engines.fallback import MAX_ANSWERS, search_database
from search.highlights import Segment, Terms
from search.language import MAX_CONDITIONS, parse_expression
from search.plan import SearchPlan, make_plan
from search.query import FILTER_NAMES, SearchQuery, Sort
from search.relaxation import answer
from search.tasks import request_index

__all__ = ["FacetValue", "ResultHit", "SearchResults", "index_status", "run_search", "value_label"]

#: Values of one facet on the page; chosen ones are always among them.
FACET_LIMIT = 12
_LABELS: dict[str, Any] = {"level": Level, "type": DocumentType, "validity": Validity}


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: how many of the results would remain if it were chosen."""

    value: str
    label: str
    count: int
    chosen: bool
    #: The count is an estimate.
    about: bool = False


@dataclass(frozen=True)
class ResultHit:
    """One document as found. `clause_id` is empty when the query is in the title or number only."""

    document: NormativeDocument
    score: float | None
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]
    clause_id: str
    clause_label: str
    validity: Validity

    @property
    def url(self) -> str:
        return self.document.get_absolute_url()

    @property
    def clause_url(self) -> str:
        return f"{self.url}#{self.clause_id}" if self.clause_id else self.url

    @property
    def reading_url(self) -> str:
        """Where people read it: a document of this site on its policy page, beside its interpretation."""
        return self.document.page_url or self.url

    @property
    def reading_clause_url(self) -> str:
        """The best clause there; policy page and archive number clauses alike."""
        return f"{self.reading_url}#{self.clause_id}" if self.clause_id else self.reading_url


@dataclass(frozen=True)
class SearchResults:
    """The answer to `query`: `total` documents, those of the page, counts per facet, what the reader should know."""

    query: SearchQuery
    #: What was answered: the plan of `query`, or what it was relaxed to.
    plan: SearchPlan
    total: int
    hits: tuple[ResultHit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    notices: tuple[str, ...] = ()
    #: Only documents with all the words were looked for; there may be others with some of them.
    may_widen: bool = False
    #: Numbers and titles only were searched, because no index could answer.
    degraded: bool = False


def run_search(
    query: SearchQuery,
    at: datetime.datetime | None = None,
    *,
    facets: bool = True,
    facet_limit: int = FACET_LIMIT,
) -> SearchResults:
    """Search the archive. Validity is judged on the day of `at` in Asia/Shanghai (now if not given).

    Two database queries at most. While there is no index that can answer, numbers and titles are searched in the
    database and a notice says so (`degraded`); a build of the index is then under way. Raises `EngineUnavailable` when
    that finds nothing, because then nothing is known.
    """
    today = timezone.localdate(at) if at else timezone.localdate()
    plan = make_plan(query, day=today, facets=facets)
    try:
        return _search_index(query, plan, facet_limit)
    except EngineUnavailable as error:
        return _search_database(query, plan, error)


def _search_index(query: SearchQuery, plan: SearchPlan, facet_limit: int) -> SearchResults:
    asked, notices = plan, []
    found, plan = answer(_ask, asked, query)
    if found.total and asked.phrases and not plan.phrases:
        notices.append(_("没有文件包含与引号内完全一致的文字，以下是去掉引号后的结果。"))
    elif found.total and plan.profile.must_share == plan.profile.some_share < asked.profile.must_share:
        notices.append(_("没有文件包含全部检索词，以下文件只包含其中一部分。"))
    if found.total and plan.number_keys and not _is_pinned(found, plan):
        notices.append(_("文件库中没有这个发文字号的文件，以下文件提到了它或与之相近。"))
    if query.truncated:
        notices.append(_("检索词过长，只用前 %(limit)s 个字符检索。") % {"limit": len(query.q)})
    if parse_expression(query.q).dropped:
        notices.append(_("检索式中的条件过多，只用前 %(limit)s 个。") % {"limit": MAX_CONDITIONS})
    return SearchResults(
        query=query,
        plan=plan,
        total=found.total,
        hits=_hits(found, highlights.terms_of(plan), plan.day),
        facets=_facets(found, query, facet_limit) if plan.facets else {},
        notices=tuple(notices),
        may_widen=_may_widen(plan),
    )


def _may_widen(plan: SearchPlan) -> bool:
    """Return whether fewer of the words would be fewer than all of them."""
    return (
        plan.profile.must_share > plan.profile.some_share
        and not plan.number_alone
        and any(variant.at_least(1.0) > 1 for variant in plan.variants[:1])
    )


def _search_database(query: SearchQuery, plan: SearchPlan, reason: EngineUnavailable) -> SearchResults:
    """Answer from numbers and titles. Raises `reason` when they have no answer: the texts may have one."""
    found = search_database(plan)
    if not found.total:
        raise reason
    notices = [
        _("全文检索暂时不可用：以下只按发文字号和标题查找，没有查正文，结果可能不全，也不列各项统计。")
    ]
    if found.total >= MAX_ANSWERS:
        notices.append(_("此时最多列出 %(limit)s 件。") % {"limit": MAX_ANSWERS})
    return SearchResults(
        query=query,
        plan=plan,
        total=found.total,
        hits=_hits(found, highlights.terms_of(plan), plan.day),
        facets=dict.fromkeys(FILTER_NAMES, ()) if plan.facets else {},
        notices=tuple(notices),
        degraded=True,
    )


def index_status() -> IndexStatus:
    """Return whether the index can answer; a few file reads, no query."""
    return get_engine().status()


def _is_pinned(found: EngineResults, plan: SearchPlan) -> bool:
    """Return whether the number itself was found; only the first page in order of relevance can tell it was not."""
    if plan.offset or plan.sort is not Sort.RELEVANCE:
        return True
    return any((hit.score or 0.0) >= plan.profile.number for hit in found.hits[:1])


def _ask(plan: SearchPlan) -> EngineResults:
    try:
        return get_engine().search(plan)
    except EngineUnavailable:
        # Built at once where tasks run at once; elsewhere the worker does it and this raises again.
        request_index()
        return get_engine().search(plan)


def _hits(found: EngineResults, terms: Terms, day: datetime.date) -> tuple[ResultHit, ...]:
    documents = NormativeDocument.objects.in_bulk([hit.id for hit in found.hits])
    return tuple(_hit(documents[hit.id], hit.score, terms, day) for hit in found.hits if hit.id in documents)


def _hit(document: NormativeDocument, score: float | None, terms: Terms, day: datetime.date) -> ResultHit:
    terms = highlights.as_heard(document.title, terms)
    clause = highlights.best_clause(document.text, terms)
    return ResultHit(
        document=document,
        score=score,
        title=highlights.mark(document.title, terms),
        snippet=clause.snippet if clause else highlights.snippet(document.text[:2_000], Terms()),
        clause_id=clause.id if clause else "",
        clause_label=clause.label if clause else "",
        validity=validity_at(document, day),
    )


def _facets(found: EngineResults, query: SearchQuery, limit: int) -> dict[str, tuple[FacetValue, ...]]:
    return {name: _facet(name, found, query, limit) for name in FILTER_NAMES}


def _facet(name: str, found: EngineResults, query: SearchQuery, limit: int) -> tuple[FacetValue, ...]:
    counts, about = found.facets.get(name, ()), name in found.estimated
    chosen = [str(value) for value in getattr(query, name)]
    known = dict(counts)
    # What is listed has the one value that was chosen: no estimate needed.
    sure = {chosen[0]: found.total} if len(chosen) == 1 else {}
    ordered = _order(name, counts)
    shown = dict.fromkeys([value for value, _count in ordered][:limit])
    shown.update(dict.fromkeys(chosen))
    return tuple(
        FacetValue(
            value,
            value_label(name, value),
            sure.get(value, known.get(value, 0)),
            value in chosen,
            about and value not in sure,
        )
        for value in shown
    )


def _order(name: str, counts: Sequence[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    if name == "year":
        return sorted(counts, reverse=True)
    if name in _LABELS:
        # A closed vocabulary keeps its own order, which people know (国家, 部委, 省级 …).
        order: list[str] = _LABELS[name].values
        return sorted(counts, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    return counts


def value_label(name: str, value: str) -> str:
    """Return the words for one value of a filter; values of open vocabularies are their own."""
    kind = _LABELS.get(name)
    return str(kind(value).label) if kind and value in kind.values else value
