"""`/search/`: read the request, ask, show. Bad values are said in place (400), a missing index is said too (503)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from search import presentation
from search.engines.base import EngineUnavailable
from search.plan import effective_sort
from search.query import MAX_QUERY_LENGTH, ParameterError, Scope, SearchQuery, parse_query
from search.selectors import run_search

TEMPLATE = "search/search.html"


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the results of the search the request describes."""
    try:
        query = parse_query(request.GET)
    except ParameterError as error:
        # What was typed stays in the box; the filters that could not be read are left out.
        kept = SearchQuery(q=request.GET.get("q", "")[:MAX_QUERY_LENGTH])
        return _trouble(request, kept, status=400, errors=error.errors)
    try:
        results = run_search(query)
    except EngineUnavailable:
        return _trouble(request, query, status=503, unavailable=True)
    context = {
        **_frame(query),
        "results": results,
        "page_obj": presentation.page_of(results),
        "facets": presentation.facet_groups(results),
        "chips": presentation.chips(query),
        "sorts": presentation.sort_links(query, effective_sort(query)),
    }
    return render(request, TEMPLATE, context)


def _frame(query: SearchQuery) -> dict[str, object]:
    return {
        "query": query,
        "scopes": presentation.scope_options(query),
        "box_fields": presentation.hidden_fields(query, "q", "scope"),
        "date_fields": presentation.hidden_fields(query, "from", "to", "in_force_on"),
        "clear_url": query.unfiltered().link(),
        "first_url": query.link(page=1),
        "all_scope_url": query.link(scope=Scope.ALL, page=1),
    }


def _trouble(request: HttpRequest, query: SearchQuery, *, status: int, **context: object) -> HttpResponse:
    response = render(request, TEMPLATE, {**_frame(query), **context}, status=status)
    if status == 503:
        response["Retry-After"] = "30"
    return response
