"""What the database alone can answer while no index can: document numbers, words of titles, and every filter.

One bounded query. It never looks into texts, so finding nothing here means nothing: the caller must not say that the
archive has nothing.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Case, FloatField, OrderBy, Q, Value, When
from django.db.models.functions import Coalesce

from search.archive.models import NormativeDocument
from search.engines.base import EngineResults, Hit
from search.engines.fallback_conditions import ANNOTATIONS, compile_condition
from search.plan import Clause, SearchPlan, Variant
from search.query import Sort

#: Answers that are offered at most, and words of one wording that are looked for.
MAX_ANSWERS, MAX_WORDS = 1_000, 6
_DAY = Coalesce("published_on", "adopted_on", "effective_on")
_NOTHING = Q(pk__in=())


def search_database(plan: SearchPlan) -> EngineResults:
    """Answer `plan` from numbers and titles, without facets; `total` is `MAX_ANSWERS` at most.

    Raises `EngineUnavailable` when a filter is one the database cannot apply: leaving it out would give wrong answers.
    """
    documents = NormativeDocument.objects.visible().annotate(**ANNOTATIONS)
    for _, condition in plan.filters:
        documents = documents.filter(compile_condition(condition))
    if plan.impossible:
        return EngineResults(0)
    numbers, titles = _numbers(plan), _titles(plan)
    if not plan.matches_everything:
        documents = documents.filter(numbers | titles)
    for clause in plan.clauses:
        documents = documents.filter(_clause(clause))
    rank = Case(
        When(numbers, then=Value(plan.profile.number)),
        When(_exact(plan), then=Value(plan.profile.exact_title)),
        default=Value(1.0),
        output_field=FloatField(),
    )
    ordered = documents.annotate(rank=rank).order_by(*_order(plan.sort))
    found = list(ordered.values_list("pk", "rank")[:MAX_ANSWERS])
    scored = plan.sort is Sort.RELEVANCE
    page = found[plan.offset : plan.offset + plan.limit]
    return EngineResults(len(found), tuple(Hit(pk, score if scored else None) for pk, score in page))


def _numbers(plan: SearchPlan) -> Q:
    options = [Q(number_key__in=plan.number_keys)] if plan.number_keys else []
    options.extend(Q(number_key__startswith=prefix) for prefix in plan.number_prefixes)
    if plan.number_parts:
        parts = [_number_part(part) for part in plan.number_parts]
        parts.extend(Q(number_key__contains=token) for token in plan.number_code)
        options.append(reduce(and_, parts))
    if plan.number_tokens:
        options.append(_all_in("document_number", plan.number_tokens))
    return reduce(or_, options, _NOTHING)


def _number_part(part: str) -> Q:
    """`2016年` and `80号` in a key like `standard|国办发|2016|80`; registrations pad their sequence."""
    value = part[:-1]
    return (
        Q(number_key__contains=f"|{value}|") if part.endswith("年") else Q(number_key__regex=rf"\|0*{value}$")
    )


def _titles(plan: SearchPlan) -> Q:
    wordings = [_wording(variant) for variant in plan.variants if variant.words]
    text = reduce(or_, wordings, _NOTHING) if wordings else None
    phrases = [_all_in("title", phrase) for phrase in plan.phrases]
    if text is None and not phrases:
        return _NOTHING
    return reduce(and_, phrases, text if text is not None else Q())


def _wording(variant: Variant) -> Q:
    # The longest words say most about what is meant.
    return _all_in("title", sorted(variant.words, key=len, reverse=True))


def _exact(plan: SearchPlan) -> Q:
    exact = [variant.exact for variant in plan.variants if variant.exact]
    return reduce(or_, (Q(title__iexact=title) for title in exact), _NOTHING)


def _clause(clause: Clause) -> Q:
    """What the query language asks for, as far as titles and numbers tell."""
    columns = {"title": "title", "number": "document_number"}
    options = [
        _all_in(columns[name], phrase)
        for phrase in clause.phrases
        for name in clause.fields
        if name in columns
    ]
    found = reduce(or_, options, _NOTHING)
    return ~found if clause.excluded else found


def _all_in(column: str, tokens: list[str] | tuple[str, ...]) -> Q:
    return reduce(and_, (Q(**{f"{column}__icontains": token}) for token in tokens[:MAX_WORDS]), Q())


def _order(sort: Sort) -> tuple[str | OrderBy, ...]:
    if sort is Sort.OLDEST:
        return (_DAY.asc(nulls_last=True), "pk")
    newest = (_DAY.desc(nulls_last=True), "-pk")
    return newest if sort is Sort.NEWEST else ("-rank", *newest)
