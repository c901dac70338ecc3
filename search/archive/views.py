"""The page of one archived document, and the file it came from."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from search.archive.models import NormativeDocument
from search.archive.relation_lists import relation_page
from search.archive.selectors import document_view
from search.archive.versions import compare, may_compare


@require_safe
def archive_list(request: HttpRequest) -> HttpResponse:
    """The archive has no list of its own: its list is the search page."""
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/search/?{query}" if query else "/search/")


def _day_asked(request: HttpRequest) -> dt.date | None:
    """The day of `?on=YYYY-MM-DD` (the search's `in_force_on` does as well); a day that does not exist is told to the reader and taken as today."""
    raw = (request.GET.get("on") or request.GET.get("in_force_on") or "").strip()
    if not raw:
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        messages.warning(request, _("日期应写作 2026-01-31 的形式；以下按今天显示。"))
        return None


@require_safe
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """`/archive/<id>/`: the text with its clauses, its validity today or on the day asked for, and its relations."""
    document = get_object_or_404(NormativeDocument.objects.select_related("original"), pk=pk)
    on = _day_asked(request)
    context = {"view": document_view(document, on=on), "document": document, "on": on}
    return render(request, "archive/document.html", context)


@require_safe
def document_relations(request: HttpRequest, pk: int) -> HttpResponse:
    """`/archive/<id>/relations/?kind=&direction=&page=`: every relation, page by page, with the clauses on both ends."""
    document = get_object_or_404(NormativeDocument.objects.visible().light(), pk=pk)
    asked = request.GET
    shown = relation_page(
        document, kind=asked.get("kind", ""), direction=asked.get("direction", ""), page=asked.get("page")
    )
    return render(
        request, "archive/relations.html", {"document": document, "view": shown, "page_obj": shown.page}
    )


@require_safe
def document_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """`/archive/<id>/compare/<other>/`: two versions clause by clause, only what changed unless `?clauses=all`."""
    # Ids beyond the database's integers cannot exist; SQLite would raise on them.
    ids = [i for i in (pk, other) if i < 2**63]
    found = NormativeDocument.objects.visible().defer("confidence", "source").in_bulk(ids)
    if len(found) != 2 or not may_compare(found[pk], found[other]):
        raise Http404(_("这两份文件不是同一文本的不同版本，也没有修改关系，无法对照。"))
    comparison = compare(found[pk], found[other], everything=request.GET.get("clauses") == "all")
    return render(request, "archive/compare.html", {"comparison": comparison, "document": found[pk]})


@require_safe
def original_download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes the document was imported from, always as a download: an original is never rendered on our origin."""
    document = get_object_or_404(NormativeDocument.objects.visible().select_related("original"), pk=pk)
    original = document.original
    if original is None:
        raise Http404(_("该文件没有保存原件。"))
    root = settings.ARCHIVE_ORIGINALS_DIR.resolve()
    path = (root / original.path).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Http404(_("原件不在存储中。"))
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=original.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response
