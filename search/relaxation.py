"""What is asked when too little has all of it: the same search with less that must be there, step by step.

A search first asks for documents with everything. Where there are enough, the others would only be noise, and would have to
be counted; where there are few, words that are no neighbours, a typo, an unknown name or a long sentence are the likely
reason, and most of it must do; where there is nothing, some of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from search.engines.base import EngineResults
from search.language import parse_expression
from search.plan import NUMBER_FILTER, SearchPlan
from search.query import DEFAULT_PAGE_SIZE, Match, SearchQuery, Sort
from search.wordings import unbroken, wordings

#: Documents with everything that are enough: a page of them.
ENOUGH = DEFAULT_PAGE_SIZE
_QUOTES = re.compile(r'["“”「」『』]')


def answer(
    search: Callable[[SearchPlan], EngineResults], plan: SearchPlan, query: SearchQuery
) -> tuple[EngineResults, SearchPlan]:
    """Return what `search` finds for `plan` or for what it is relaxed to, with the plan that was answered.

    `plan` is the plan of `query`. Filters have no say in how much must be there: else the count beside a filter would be
    another one than that of the search with it. Raises what `search` raises.
    """
    whole = False
    while looser := relaxed(plan, query):
        wanted = _wanted(plan, looser, whole)
        found = search(replace(plan, enough=wanted))
        if found.total >= wanted:
            return found, plan
        total = _everywhere(search, plan, found)
        if total >= wanted:
            return search(plan), plan
        whole = whole or (plan.profile.must_share == 1.0 and total > 0)
        plan = looser
    return search(plan), plan


def _wanted(plan: SearchPlan, looser: SearchPlan, whole: bool) -> int:
    """Return how many documents are enough not to ask for `looser`; `whole`: there was one with everything.

    Beside such a document a few with most of it are welcome; a few alone are more likely a coincidence than what was meant.
    Quotation marks are given up for nothing but the lack of any document.
    """
    profile = plan.profile
    if plan.number_alone or profile.must_share == profile.some_share or plan.phrases != looser.phrases:
        return 1
    return 1 if whole and profile.must_share == profile.most_share else ENOUGH


def _everywhere(search: Callable[[SearchPlan], EngineResults], plan: SearchPlan, found: EngineResults) -> int:
    """Return what `plan`, which `found` so many, finds without filters; what the query language asks for stays (`文号:`)."""
    kept = tuple(pair for pair in plan.filters if pair[0] == NUMBER_FILTER)
    if kept == plan.filters:
        return found.total
    # By date: nothing has to be scored for a number.
    plain = replace(plan, filters=kept, facets=False, sort=Sort.NEWEST, offset=0, limit=1)
    return search(plain).total


def relaxed(plan: SearchPlan, query: SearchQuery) -> SearchPlan | None:
    """Return `plan` with less that must be there; none if it asks for little already.

    First most of it is enough, then some of it, then a phrase is looked for without its quotation marks. A number alone is
    looked for as words (some titles are numbers), most of which must be there. Conditions stay as they are.
    """
    profile = plan.profile
    lower = {1.0: profile.most_share, profile.most_share: profile.some_share}.get(profile.must_share)
    if plan.variants and lower and not (plan.number_alone and lower == profile.some_share):
        text = unbroken(_loose_text(query))
        variants = wordings(text, expand=True) if plan.number_alone else plan.variants
        return replace(plan, profile=replace(profile, must_share=lower), variants=variants)
    if plan.phrases:
        variants = wordings(unbroken(_loose_text(query)), expand=False)
        share = 1.0 if query.match is Match.ALL else profile.some_share
        return replace(plan, phrases=(), profile=replace(profile, must_share=share), variants=variants)
    return None


def _loose_text(query: SearchQuery) -> str:
    """Return the words asked for, those between quotation marks too."""
    expression = parse_expression(query.q)
    if expression.has_conditions:
        return " ".join((expression.text, *expression.phrases))
    return _QUOTES.sub("", query.q)
