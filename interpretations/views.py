"""The public pages: `/policies/` and `/policies/<slug>/`."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from wagtail import hooks

from interpretations import presenters, selectors
from interpretations.forms import PolicyFilterForm
from interpretations.models import PolicyDocumentPage

PAGE_SIZE = 12


def policy_list(request: HttpRequest) -> HttpResponse:
    """Published policies, each with its interpretation; filters that cannot be used are named and left out."""
    form = PolicyFilterForm(request.GET or None, years=selectors.years_published())
    policies = PolicyDocumentPage.objects.published().with_listing()
    if form.is_bound:
        form.is_valid()
        policies = _filtered(policies, form.cleaned_data)
    page_obj = Paginator(policies, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page_obj,
        "filtered": form.is_bound and any(form.cleaned_data.values()),
    }
    return render(request, "interpretations/policy_list.html", context)


def _filtered(policies: Any, cleaned: dict[str, Any]) -> Any:
    if cleaned.get("q"):
        policies = policies.matching(cleaned["q"])
    if cleaned.get("department"):
        policies = policies.of_department(cleaned["department"])
    if cleaned.get("year"):
        policies = policies.of_year(cleaned["year"])
    return policies


def policy_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Document and interpretation package side by side; 404 for whatever is not published or withdrawn."""
    page = (
        PolicyDocumentPage.objects.readable().with_package().filter(slug=slug).order_by("-live", "pk").first()
    )
    if page is None:
        raise Http404
    for hook in hooks.get_hooks("before_serve_page"):
        result = hook(page, request, [], {})
        if isinstance(result, HttpResponse):
            return result
    shown = page if page.live else as_released(page)
    context = {**presenters.policy_context(shown), "page": shown, "withdrawn": not page.live, "current": page}
    return TemplateResponse(request, page.get_template(request), context)


def as_released(page: PolicyDocumentPage) -> PolicyDocumentPage:
    """The withdrawn policy as the public read it: the row itself may hold a later draft."""
    if page.withdrawn_revision is None:
        raise Http404
    released: PolicyDocumentPage = page.withdrawn_revision.as_object()
    return released
