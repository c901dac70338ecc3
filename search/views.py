"""`/search/` and what belongs to it: read the request, ask, show. Bad values are said in place (400), a missing index too (503)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from search import presentation
from search.advanced import AdvancedForm, Suggestions, initial_values
from search.alerts.missed import record_search
from search.corrections import Assistance, assist
from search.engines.base import EngineUnavailable
from search.explanations import Explanation, explain
from search.plan import effective_sort
from search.query import FILTER_NAMES, MAX_QUERY_LENGTH, ParameterError, Scope, SearchQuery, parse_query
from search.selectors import SearchResults, run_search

TEMPLATE = "search/search.html"
#: Values of one facet on its own page: as many as an engine counts.
FACET_PAGE_LIMIT = 500
#: Values in the list behind a field of the advanced form.
LIST_LIMIT = 200


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
    if results.degraded:
        # The database answers by plain comparison: what it misses says nothing about the archive.
        help_ = Assistance()
    else:
        record_search(query, results.total)
        help_ = assist(query, results.total)
    explanations, refused = _explanations(request, results)
    context = {
        **_frame(request, query),
        "results": results,
        "page_obj": presentation.page_of(results),
        "facets": presentation.facet_groups(results),
        "chips": presentation.chips(query),
        "widened_url": presentation.widened_url(results),
        "sorts": presentation.sort_links(query, effective_sort(query)),
        "presets": presentation.date_presets(query, timezone.localdate()),
        "corrections": help_.corrections,
        "browse": presentation.browse_groups(help_.browse),
        "explanations": explanations,
        "explain_refused": refused,
    }
    return render(request, TEMPLATE, context)


def _explanations(request: HttpRequest, results: SearchResults) -> tuple[dict[int, Explanation], bool]:
    """Return the explanations asked for by `?explain=1`, and whether they were refused."""
    if request.GET.get("explain") != "1":
        return {}, False
    try:
        return explain(results, request.user), False
    except PermissionDenied:
        # A colleague's link still leads a reader to the same results.
        return {}, True


@require_safe
def facet_page(request: HttpRequest, name: str) -> HttpResponse:
    """All values of one facet of a search, with a field to find one among them."""
    if name not in FILTER_NAMES:
        raise Http404
    try:
        query = parse_query(request.GET)
    except ParameterError:
        return HttpResponseRedirect(f"{reverse('search')}?{request.GET.urlencode()}")
    try:
        results = run_search(query, facet_limit=FACET_PAGE_LIMIT)
    except EngineUnavailable:
        return _trouble(request, query, status=503, unavailable=True)
    find = request.GET.get("find", "").strip()[:60]
    values = results.facets.get(name, ())
    context = {
        "query": query,
        "title": presentation.FACET_TITLES[name],
        "find": find,
        "links": presentation.facet_links(query, name, values, find=find),
        "counted": len(values),
        "is_cut": len(values) >= FACET_PAGE_LIMIT,
        "limit": FACET_PAGE_LIMIT,
        "fields": query.parameters(page=1),
        "back_url": reverse("search") + query.link(page=1),
        "notices": results.notices if results.degraded else (),
    }
    # Nothing was counted: to say that there are no values would be untrue.
    return render(request, "search/values.html", context, status=503 if results.degraded else 200)


@require_safe
def advanced_page(request: HttpRequest) -> HttpResponse:
    """The advanced form, filled from the search in the address; submitted, it leads to that search."""
    if "go" in request.GET:
        form = AdvancedForm(request.GET)
        if form.is_valid():
            return HttpResponseRedirect(reverse("search") + form.search_query().link())
        return render(request, "search/advanced.html", _advanced_context(form), status=400)
    try:
        query = parse_query(request.GET)
    except ParameterError:
        query = SearchQuery(q=request.GET.get("q", "")[:MAX_QUERY_LENGTH])
    return render(
        request, "search/advanced.html", _advanced_context(AdvancedForm(initial=initial_values(query)))
    )


def _advanced_context(form: AdvancedForm) -> dict[str, object]:
    return {"form": form, "suggestions": _suggestions()}


def _suggestions() -> Suggestions:
    """Return values of this archive for the lists of the form; the form works without them."""
    try:
        facets = run_search(SearchQuery(page_size=1), facet_limit=LIST_LIMIT).facets
    except EngineUnavailable:
        return Suggestions()
    lists = (tuple(value.value for value in facets[name]) for name in ("issuer", "region", "genre"))
    return Suggestions(*lists)


def _frame(request: HttpRequest, query: SearchQuery) -> dict[str, object]:
    return {
        "query": query,
        "scopes": presentation.scope_options(query),
        "box_fields": presentation.hidden_fields(query, "q", "scope", "match"),
        "date_fields": presentation.hidden_fields(query, "from", "to", "in_force_on"),
        "clear_url": query.unfiltered().link(),
        "first_url": query.link(page=1),
        "today_url": query.without("in_force_on").link(),
        "all_scope_url": query.link(scope=Scope.ALL, page=1),
        "advanced_url": reverse("search_advanced") + query.link(page=1),
        "explain_url": f"{query.link()}&explain=1",
        "canonical_url": request.build_absolute_uri(reverse("search") + query.link().removesuffix("?")),
        "is_plain": query == SearchQuery(),
    }


def _trouble(request: HttpRequest, query: SearchQuery, *, status: int, **context: object) -> HttpResponse:
    response = render(request, TEMPLATE, {**_frame(request, query), **context}, status=status)
    if status == 503:
        response["Retry-After"] = "30"
    return response
