"""Reading: one search from query to what the page and the API show, and the state of the index."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.organisations.enums import Level
from search import highlights
from search.archive.enums import DocumentType, Validity
from search.archive.models import NormativeDocument
from search.archive.validity import validity_at
from search.conditions import Among
from search.engines import get_engine
from search.engines.base import EngineResults, EngineUnavailable, IndexStatus
from search.engines.fallback import MAX_ANSWERS, search_database
from search.highlights import Segment, Terms
from search.language import MAX_CONDITIONS, parse_expression
from search.plan import NUMBER_FILTER, SearchPlan, make_plan
from search.query import FILTER_NAMES, Scope, SearchQuery, Sort
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

    @cached_property
    def url(self) -> str:
        return self.document.get_absolute_url()

    @property
    def type_label(self) -> str:
        # `get_doc_type_display` hashes all the choices for each call.
        return value_label("type", self.document.doc_type)

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
    if found.total:
        notices += _relaxation_notices(query, asked, plan)
    if found.total and plan.number_keys and not _is_held(found, plan):
        notices.append(_("文件库中没有这个发文字号的文件，以下文件提到了它或与之相近。"))
    if query.truncated:
        notices.append(_("检索词过长，只用前 %(limit)s 个字符检索。") % {"limit": len(query.q)})
    if parse_expression(query.q).dropped:
        notices.append(_("检索式中的条件过多，只用前 %(limit)s 个。") % {"limit": MAX_CONDITIONS})
    hits = _hits(found, highlights.terms_of(plan), plan.day)
    if any(_is_pinned_without_phrase(hit.document, plan) for hit in hits):
        notices.append(_("文号相符的文件中没有引号内的文字，它是按文号列出的。"))
    return SearchResults(
        query=query,
        plan=plan,
        total=found.total,
        hits=hits,
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


def _relaxation_notices(query: SearchQuery, asked: SearchPlan, answered: SearchPlan) -> list[str]:
    """Say what was given up of the plan `asked`; how much must be there does not depend on filters.

    With conditions, or in titles only, there may well be files with all of it that are not listed for another reason.
    """
    expression = parse_expression(query.q)
    narrowed = query.scope is not Scope.ALL or expression.has_conditions
    notices = []
    if asked.phrases and not answered.phrases:
        alone = len(expression.phrases) == 1 and not expression.text and not narrowed
        notices.append(
            _("没有文件包含与引号内完全一致的文字，以下是去掉引号后的结果。")
            if alone
            else _("没有文件同时符合引号内的文字和其他检索词、条件，以下是去掉引号后的结果。")
        )
    if answered.profile.must_share == answered.profile.some_share < asked.profile.must_share:
        notices.append(
            _("按所选的检索范围和条件，没有找到包含全部检索词的文件，以下结果只包含其中一部分。")
            if narrowed
            else _("没有文件包含全部检索词，以下文件只包含其中一部分。")
        )
    return notices


def _is_held(found: EngineResults, plan: SearchPlan) -> bool:
    """Return whether the archive has the number that was asked for, whatever filters and the page leave out."""
    if any((hit.score or 0.0) >= plan.profile.number for hit in found.hits[:1]):
        return True
    number = (NUMBER_FILTER, Among("number_key", plan.number_keys))
    return _ask(SearchPlan(filters=(number,), facets=False, sort=Sort.NEWEST, limit=1)).total > 0


def _is_pinned_without_phrase(document: NormativeDocument, plan: SearchPlan) -> bool:
    """Return whether `document` is listed for its number alone, though something quoted was asked for beside it."""
    if not plan.phrases or document.number_key not in plan.number_keys:
        return False
    text = "\n".join((document.title, document.document_number, document.text))
    return not highlights.holds_all(text, plan.phrases)


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
