"""`/gazette/`: the issues of a year, and one issue with its contents."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search.gazette import selectors
from search.gazette.models import GazetteIssue

#: Years and numbers beyond these cannot exist; some databases raise on them instead of finding nothing.
MAX_YEAR, MAX_NUMBER = 2199, 32_767


@require_safe
def issue_list(request: HttpRequest) -> HttpResponse:
    """Issues of one year, the latest year unless `?year=` names another."""
    years = selectors.years()
    asked = request.GET.get("year", "").strip()
    problem = ""
    year = years[0] if years else None
    if asked:
        known = [one for one in years if str(one) == asked]
        year = known[0] if known else year
        problem = "" if known else _("没有“%(year)s”年的公报，以下是最近一年的。") % {"year": asked[:8]}
    issues = selectors.issues_of(year) if year else GazetteIssue.objects.none()
    context = {"years": years, "year": year, "issues": issues, "problem": problem}
    return render(request, "gazette/list.html", context)


@require_safe
def issue_detail(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One published issue: contents by section, errata, the issues before and after it."""
    view = selectors.issue_view(_issue_or_404(year, number))
    return render(request, "gazette/issue.html", {"view": view, "issue": view.issue})


@require_safe
def issue_pdf(request: HttpRequest, year: int, number: int) -> FileResponse:
    """The printed version of a published issue, as a download: a file is never rendered on our origin."""
    issue = _issue_or_404(year, number)
    if not issue.pdf.name or not issue.pdf.storage.exists(issue.pdf.name):
        raise Http404(_("这一期没有 PDF 版。"))
    response = FileResponse(
        issue.pdf.open("rb"), as_attachment=True, filename=f"{issue}.pdf", content_type="application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _issue_or_404(year: int, number: int) -> GazetteIssue:
    if year > MAX_YEAR or number > MAX_NUMBER:
        raise Http404
    published: QuerySet[GazetteIssue] = GazetteIssue.objects.published().select_related("issuer")
    return get_object_or_404(published, year=year, number=number)
