"""`/cleanups/` and `/filings/`: results of clean-ups, the filing list, and both as tables."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search.upkeep import selectors
from search.upkeep.downloads import csv_response
from search.upkeep.enums import Conclusion, FilingState
from search.upkeep.forms import FilingFilterForm
from search.upkeep.models import CleanupBatch, CleanupEntry
from search.upkeep.querysets import FilingQuerySet

BATCHES_PER_PAGE, FILES_PER_PAGE = 20, 100


@require_safe
def cleanup_list(request: HttpRequest) -> HttpResponse:
    """Published clean-ups, the latest first."""
    batches = CleanupBatch.objects.published().with_decision().with_counts()
    page = Paginator(batches, BATCHES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "upkeep/cleanup_list.html", {"page_obj": page})


def _published(pk: int) -> CleanupBatch:
    return get_object_or_404(CleanupBatch.objects.published().with_decision(), pk=pk)


@require_safe
def cleanup_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The results of one clean-up: four lists with their first files, or one of them page by page."""
    batch = _published(pk)
    asked = request.GET.get("conclusion", "")
    context: dict[str, object] = {"batch": batch}
    if asked in Conclusion.values:
        conclusion = Conclusion(asked)
        entries = selectors.entries_of(batch, conclusion)
        context["page_obj"] = Paginator(entries, FILES_PER_PAGE).get_page(request.GET.get("page"))
        context["conclusion"] = conclusion
    else:
        lists = selectors.conclusion_lists(batch)
        context |= {"lists": lists, "total": sum(one.count for one in lists)}
    return render(request, "upkeep/cleanup_detail.html", context)


@require_safe
def cleanup_csv(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All files of one clean-up as CSV."""
    batch = _published(pk)
    head = [
        _("标题"), _("发文字号"), _("责任部门"), _("结论"), _("理由"), _("生效日期"), _("有效期延续至"), _("依据"), _("地址"),
    ]  # fmt: skip

    def row(entry: CleanupEntry) -> list[object]:
        return [
            entry.document.title,
            entry.document.document_number,
            entry.department.name if entry.department else "",
            entry.get_conclusion_display(),
            entry.reason,
            entry.effective_on or batch.decided_on,
            entry.valid_until,
            batch.decision_name,
            request.build_absolute_uri(entry.document.get_absolute_url()),
        ]

    entries = selectors.entries_of(batch).iterator(chunk_size=500)
    return csv_response(f"cleanup-{batch.pk}.csv", head, map(row, entries))


def _asked(form: FilingFilterForm) -> FilingQuerySet:
    today = timezone.localdate()
    if not form.is_valid():
        return selectors.public_filings(day=today)
    data = form.cleaned_data
    return selectors.public_filings(
        year=data["year"] or None,
        department_id=data["department"].pk if data["department"] else None,
        state=FilingState(data["state"]) if data["state"] else None,
        day=today,
    )


@require_safe
def filing_list(request: HttpRequest) -> HttpResponse:
    """The filing list with its filters."""
    form = FilingFilterForm(request.GET)
    page = Paginator(_asked(form), FILES_PER_PAGE).get_page(request.GET.get("page"))
    filtered = any(request.GET.get(name) for name in form.fields)
    context = {"form": form, "page_obj": page, "filtered": filtered, "query": request.GET.urlencode()}
    return render(request, "upkeep/filing_list.html", context, status=200 if form.is_valid() else 400)


@require_safe
def filing_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The filing list, filtered as on the page, as CSV."""
    head = [
        _("标题"), _("发文字号"), _("报备部门"), _("应报备日期"), _("报送日期"), _("备案机关"), _("状态"), _("备案登记号"),
        _("退回理由"),
    ]  # fmt: skip

    def rows() -> Iterator[list[object]]:
        for filing in _asked(FilingFilterForm(request.GET)).iterator(chunk_size=500):
            yield [
                filing.document.title,
                filing.document.document_number,
                filing.department.name if filing.department else "",
                filing.due_on,
                filing.filed_on,
                filing.authority,
                filing.state.label,
                filing.registration_number,
                filing.return_reason,
            ]

    return csv_response("filings.csv", head, rows())
