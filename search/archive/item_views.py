"""Admin screens for set-aside items of an import: the list, one item with its original, and the decision."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from search.archive import item_pictures, item_services, readers
from search.archive.enums import ItemStatus, Reason
from search.archive.importing.entries import fields_from_payload
from search.archive.item_forms import AcceptForm, ItemFilterForm, RejectForm
from search.archive.models import ImportItem
from search.archive.rules import RULES

logger = logging.getLogger(__name__)
PAGE_SIZE = 50
#: Bytes of an original that is read again to be shown beside the result.
_PREVIEW_LIMIT = 3_000_000
_PREVIEW_CHARACTERS = 30_000
#: What a list was narrowed by goes along from item to item.
_NARROWED_BY = ("status", "reason", "q")


def _allow(request: HttpRequest) -> None:
    user: Any = request.user
    if not RULES["view_set_aside"](user):
        raise PermissionDenied


def _asked(request: HttpRequest) -> tuple[ItemFilterForm, QuerySet[ImportItem]]:
    """The filter of the request and the items it leaves; those waiting for a person unless asked otherwise."""
    data = request.GET.copy()
    data.setdefault("status", ItemStatus.SET_ASIDE)
    form = ItemFilterForm(data)
    form.is_valid()
    asked = form.cleaned_data
    items = ImportItem.objects.all()
    if asked.get("status"):
        items = items.filter(status=asked["status"])
    if asked.get("reason"):
        items = items.filter(reason_code=asked["reason"])
    if asked.get("q"):
        items = items.filter(Q(title__icontains=asked["q"]) | Q(origin__icontains=asked["q"]))
    return form, items


def _narrowed(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in list(kept):
        if name not in _NARROWED_BY:
            del kept[name]
    return f"?{kept.urlencode()}" if kept else ""


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """Items of all imports, with how many wait for each reason."""
    _allow(request)
    form, items = _asked(request)
    listed = items.defer("payload").select_related("original", "document").order_by("-updated_at", "-pk")
    waiting = ImportItem.objects.waiting()
    reasons = waiting.values_list("reason_code").annotate(n=Count("pk")).order_by("-n")
    labels = dict(Reason.choices)
    context = {
        "form": form, "page_obj": Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting": sum(n for _code, n in reasons), "narrowed": _narrowed(request),
        "reasons": [(code, labels.get(code, code), n) for code, n in reasons], "reject": RejectForm(),
        "header_title": _("待确认条目"), "page_title": _("待确认条目"), "header_icon": "warning",
    }  # fmt: skip
    return render(request, "archive/admin/items.html", context)


@require_POST
def reject_selected(request: HttpRequest) -> HttpResponse:
    """Leave out every ticked item for one reason."""
    _allow(request)
    user: Any = request.user
    ids = [int(pk) for pk in request.POST.getlist("item") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    try:
        decided = item_services.reject_items(item_ids=ids, user=user, note=request.POST.get("note", ""))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        if decided.done:
            text = ngettext(
                "已记录 %(n)s 个条目为不收录，原件保留。",
                "已记录 %(n)s 个条目为不收录，原件保留。",
                decided.done,
            )
            messages.success(request, text % {"n": decided.done})
        for message in decided.refused[:5]:
            messages.warning(request, message)
    return redirect(f"{reverse('archive_admin:items')}{_narrowed(request)}")


def _preview(item: ImportItem) -> tuple[str, str]:
    """The original's own text and, where it has none to show, why."""
    original = item.original
    if item.payload.get("raw"):
        return "", ""
    if original is None:
        return "", _("没有保存原件。")
    if item.reason_code == Reason.FAILED:
        # What brought a reading process down must not do so to the one that serves this page.
        return "", _("读取这个文件时出过错，不再自动读取，请下载原件查看。")
    if original.size > _PREVIEW_LIMIT:
        return "", _("原件较大，请下载查看。")
    path = Path(settings.ARCHIVE_ORIGINALS_DIR) / original.path
    if not path.is_file():
        return "", _("原件不在存储中。")
    try:
        return readers.read(original.name, path.read_bytes()).text[:_PREVIEW_CHARACTERS], ""
    except readers.Unreadable as refused:
        return "", refused.message
    except Exception:
        # The page on which a person decides about a broken file must not break on it.
        logger.exception("original of item %s cannot be shown", item.pk)
        return "", _("原件无法在此显示，请下载查看。")


def _decide(request: HttpRequest, item: ImportItem, form: AcceptForm | RejectForm) -> HttpResponse | None:
    """Carry out the form's decision; None when it was refused and the page is to be shown again."""
    user: Any = request.user
    try:
        if isinstance(form, AcceptForm):
            document = item_services.accept_item(item_id=item.pk, user=user, **form.decision())
            messages.success(request, _("已收录“%(title)s”。") % {"title": document.title})
        else:
            item_services.reject_item(item_id=item.pk, user=user, note=form.cleaned_data["note"])
            messages.success(request, _("已记录为不收录，原件保留。"))
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return redirect(_next_address(request, item))


def _next_address(request: HttpRequest, item: ImportItem) -> str:
    """The next waiting item of the list one came from, so that a hundred items need no way back; else the list."""
    following = _neighbour(request, item)
    if following is None:
        return f"{reverse('archive_admin:items')}{_narrowed(request)}"
    return f"{reverse('archive_admin:item', args=[following])}{_narrowed(request)}"


def _neighbour(request: HttpRequest, item: ImportItem) -> int | None:
    _form, items = _asked(request)
    waiting = items.filter(status=ItemStatus.SET_ASIDE).exclude(pk=item.pk)
    later = waiting.filter(pk__gt=item.pk).order_by("pk").values_list("pk", flat=True).first()
    return later or waiting.order_by("pk").values_list("pk", flat=True).first()


def _forms(request: HttpRequest, item: ImportItem) -> tuple[AcceptForm, RejectForm]:
    fields = fields_from_payload(item.payload.get("fields", {}))
    initial = {
        **fields,
        "title": item.title if fields else "",
        "co_issuers": "、".join(fields.get("co_issuers") or []),
    }
    posted = request.POST if request.method == "POST" else None
    rejecting = posted is not None and posted.get("decision") == "reject"
    accept = AcceptForm(
        None if rejecting else posted, initial=initial, confidence=fields.get("confidence") or {}
    )
    return accept, RejectForm(posted if rejecting else None)


@require_http_methods(["GET", "HEAD", "POST"])
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: the original on one side, what was read on the other, and the decision."""
    _allow(request)
    item = get_object_or_404(ImportItem.objects.select_related("original", "document"), pk=pk)
    accept, reject = _forms(request, item)
    if request.method == "POST":
        form = reject if reject.is_bound else accept
        if form.is_valid() and (response := _decide(request, item, form)):
            return response
    text, missing = _preview(item)
    context = {
        "item": item, "accept": accept, "reject": reject, "original_text": text, "original_missing": missing,
        "pages": range(1, item_pictures.page_count(item.original) + 1) if not text else (),
        "open": item.status == ItemStatus.SET_ASIDE, "rejected": item.status == ItemStatus.REJECTED,
        "following": _neighbour(request, item), "narrowed": _narrowed(request),
        "header_title": item.title or item.origin, "page_title": item.title or item.origin, "header_icon": "warning",
    }  # fmt: skip
    return render(request, "archive/admin/item.html", context)


@require_POST
def item_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a rejection."""
    _allow(request)
    user: Any = request.user
    get_object_or_404(ImportItem, pk=pk)
    try:
        item_services.reopen_item(item_id=pk, user=user)
        messages.success(request, _("已重新打开，可以再作决定。"))
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("archive_admin:item", pk)


@require_safe
def item_original(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes an item came from, as a download."""
    _allow(request)
    original = get_object_or_404(ImportItem.objects.select_related("original"), pk=pk).original
    if original is None:
        raise Http404(_("没有保存原件。"))
    try:
        stream = (Path(settings.ARCHIVE_ORIGINALS_DIR) / original.path).open("rb")
    except OSError as error:
        raise Http404(_("原件不在存储中。")) from error
    response = FileResponse(
        stream, as_attachment=True, filename=original.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def item_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One page of a pdf original as a picture."""
    _allow(request)
    item = get_object_or_404(ImportItem.objects.select_related("original"), pk=pk)
    try:
        picture = item_pictures.page_picture(item.original, number)
    except item_pictures.NoPicture as error:
        raise Http404 from error
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, max-age=600"})
