"""Admin screens of the archive: set-aside items with their originals, and the confirmation of validity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from search.archive import curation, readers
from search.archive.admin_forms import AcceptForm, ConfirmForm, ItemFilterForm, RejectForm
from search.archive.enums import ItemStatus
from search.archive.models import ImportItem, NormativeDocument, OriginalFile
from search.archive.rules import RULES
from search.archive.validity import validity_reading

PAGE_SIZE = 50
#: Bytes of an original that is read again to be shown beside the result.
_PREVIEW_LIMIT = 3_000_000
_PREVIEW_CHARACTERS = 30_000


def _allow(request: HttpRequest, action: str) -> None:
    user: Any = request.user
    if not RULES[action](user):
        raise PermissionDenied


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """Items of all imports; those waiting for a person unless asked otherwise."""
    _allow(request, "view_set_aside")
    data = request.GET.copy()
    data.setdefault("status", ItemStatus.SET_ASIDE)
    form = ItemFilterForm(data)
    form.is_valid()
    asked = form.cleaned_data
    items = (
        ImportItem.objects.defer("payload")
        .select_related("original", "document")
        .order_by("-updated_at", "-pk")
    )
    if asked.get("status"):
        items = items.filter(status=asked["status"])
    if asked.get("reason"):
        items = items.filter(reason_code=asked["reason"])
    if asked.get("q"):
        items = items.filter(Q(title__icontains=asked["q"]) | Q(origin__icontains=asked["q"]))
    page = Paginator(items, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page_obj": page, "waiting": ImportItem.objects.waiting().count(), "header_title": _("待确认条目"),
        "page_title": _("待确认条目"), "header_icon": "warning",
    }  # fmt: skip
    return render(request, "archive/admin/items.html", context)


def _preview(original: OriginalFile | None) -> tuple[str, str]:
    """The original's own text and, where it has none to show, why."""
    if original is None:
        return "", _("没有保存原件。")
    if original.size > _PREVIEW_LIMIT:
        return "", _("原件较大，请下载查看。")
    path = Path(settings.ARCHIVE_ORIGINALS_DIR) / original.path
    if not path.is_file():
        return "", _("原件不在存储中。")
    try:
        return readers.read(original.name, path.read_bytes()).text[:_PREVIEW_CHARACTERS], ""
    except readers.Unreadable as refused:
        return "", refused.message


def _decide(request: HttpRequest, item: ImportItem, form: Form) -> HttpResponse | None:
    """Carry out the form's decision; None when it was refused and the page is to be shown again."""
    user: Any = request.user
    try:
        if isinstance(form, AcceptForm):
            document = curation.accept_item(item_id=item.pk, user=user, **form.cleaned_data)
            messages.success(request, _("已收录“%(title)s”。") % {"title": document.title})
        else:
            curation.reject_item(item_id=item.pk, user=user, note=form.cleaned_data["note"])
            messages.success(request, _("已记录为不收录，原件保留。"))
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return redirect("archive_admin:items")


@require_http_methods(["GET", "HEAD", "POST"])
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: the original on one side, what was read on the other, and the decision."""
    _allow(request, "view_set_aside")
    item = get_object_or_404(ImportItem.objects.select_related("original", "document"), pk=pk)
    fields = item.payload.get("fields", {})
    initial = {
        "title": item.title if fields else "",
        "document_number": fields.get("document_number_raw", ""),
        "text": fields.get("text", ""),
    }
    accept, reject = AcceptForm(initial=initial), RejectForm()
    if request.method == "POST":
        form: Form
        if request.POST.get("decision") == "reject":
            form = reject = RejectForm(request.POST)
        else:
            form = accept = AcceptForm(request.POST)
        if form.is_valid() and (response := _decide(request, item, form)):
            return response
    text, missing = _preview(item.original)
    context = {
        "item": item, "accept": accept, "reject": reject, "original_text": text, "original_missing": missing,
        "open": item.status == ItemStatus.SET_ASIDE, "header_title": item.title or item.origin, "page_title": item.title,
        "header_icon": "warning",
    }  # fmt: skip
    return render(request, "archive/admin/item.html", context)


@require_safe
def item_original(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes an item came from, as a download."""
    _allow(request, "view_set_aside")
    original = get_object_or_404(ImportItem.objects.select_related("original"), pk=pk).original
    path = Path(settings.ARCHIVE_ORIGINALS_DIR) / original.path if original else None
    if original is None or path is None or not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=original.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_validity(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what a person found out about the validity of an imported document."""
    _allow(request, "confirm_validity")
    document = get_object_or_404(NormativeDocument, pk=pk)
    initial = {name: getattr(document, name) for name in ("effective_on", "valid_until", "repealed_on")}
    form = ConfirmForm(request.POST or None, initial=initial)
    user: Any = request.user
    if request.method == "POST" and form.is_valid():
        try:
            curation.confirm_validity(document_id=pk, user=user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已确认“%(title)s”的效力。") % {"title": document.title})
            return redirect(document.get_absolute_url())
    context = {
        "document": document, "form": form, "reading": validity_reading(document), "header_title": _("确认效力"),
        "page_title": _("确认效力"), "page_subtitle": document.title, "header_icon": "check",
    }  # fmt: skip
    return render(request, "archive/admin/confirm.html", context)
