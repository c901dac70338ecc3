"""Admin screens of clean-up: the batches, one batch with its files, its publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.staff import allowed, titles
from search.upkeep import cleanups, completeness
from search.upkeep.enums import Conclusion
from search.upkeep.forms import BatchForm, ConcludeForm, DecisionDocumentForm, FilesForm
from search.upkeep.models import CleanupBatch, CleanupEntry
from search.upkeep.querysets import CleanupEntryQuerySet
from search.upkeep.rules import may_look, may_organise, may_publish
from search.upkeep.scope import ListedFiles, match_list, read_list, search_ids

PAGE_SIZE = 50
#: Lines of a list that named no document, shown at once.
_SHOWN_LINES = 20


def look(request: HttpRequest) -> Any:
    """The user, who has a part in upkeep. Raises PermissionDenied."""
    return allowed(request, may_look)


def tell(request: HttpRequest, error: ValidationError) -> None:
    """Show every message of a refusal."""
    for message in error.messages:
        messages.error(request, message)


@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """Batches in preparation first, then the published ones."""
    user = look(request)
    batches = CleanupBatch.objects.with_decision().with_counts().order_by("-published_at", "-pk")
    page = Paginator(batches.order_by("published_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "may_create": may_organise(user, None), **_frame(_("文件清理"))}
    return render(request, "upkeep/admin/batches.html", context)


def _frame(title: str, subtitle: str = "") -> dict[str, object]:
    return {**titles(title, subtitle, icon="clipboard-list")}


@require_http_methods(["GET", "HEAD", "POST"])
def batch_create(request: HttpRequest) -> HttpResponse:
    """A new batch with its first files."""
    user = look(request)
    form, files = BatchForm(request.POST or None), FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and files.is_valid():
        try:
            ids, listed = _files(files)
            batch = cleanups.create_batch(
                user=user, document_ids=ids, stored_search=files.cleaned_data["search"], **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_files(request, len(ids), listed)
            return redirect("upkeep_admin:batch", batch.pk)
    context = {"form": form, "files": files, **_frame(_("新建文件清理"))}
    return render(request, "upkeep/admin/batch_create.html", context)


def _files(form: FilesForm) -> tuple[list[int], ListedFiles]:
    """Documents of a search and of the lists together. Raises ValidationError."""
    data = form.cleaned_data
    found = search_ids(data["search"]) if data["search"] else []
    listed = match_list(read_list("\n".join(filter(None, (data["listed"], data["file"])))))
    return [*found, *listed.ids], listed


def _tell_files(request: HttpRequest, n: int, listed: ListedFiles) -> None:
    messages.success(request, ngettext("找到 %(n)d 件文件。", "找到 %(n)d 件文件。", n) % {"n": n})
    for lines, text in (
        (listed.unknown, _("文件库中没有：%(lines)s")),
        (listed.ambiguous, _("不止一件，请写明字号和标题：%(lines)s")),
    ):
        if lines:
            shown = "；".join(lines[:_SHOWN_LINES]) + ("……" if len(lines) > _SHOWN_LINES else "")
            messages.warning(request, text % {"lines": shown})


def _filters(batch: CleanupBatch) -> list[tuple[str, str]]:
    """Filters of the editor: all, without conclusion, each conclusion."""
    return [("", _("全部")), ("open", _("没有结论")), *((c.value, str(c.label)) for c in Conclusion)]


def _entries(batch: CleanupBatch, asked: str, words: str) -> CleanupEntryQuerySet:
    entries: Any = batch.entries.all()
    if asked in Conclusion.values:
        entries = entries.filter(conclusion=asked)
    elif asked in completeness.faulty(batch):
        entries = completeness.faulty_entries(batch, asked)
    if words:
        entries = entries.filter(document__title__icontains=words) | entries.filter(
            document__document_number__icontains=words
        )
    found: CleanupEntryQuerySet = entries.with_document().order_by("pk")
    return found


@require_safe
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: what is missing, its files with proposals, and the forms that conclude."""
    user = look(request)
    batch = get_object_or_404(CleanupBatch.objects.with_decision(), pk=pk)
    asked, words = request.GET.get("filter", ""), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(_entries(batch, asked, words), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = completeness.counts(batch)
    organiser = may_organise(user, batch.department)
    context = {
        "batch": batch,
        "page_obj": page,
        "asked": asked,
        "q": words,
        "filters": _filters(batch),
        "counts": [(c.label, n) for c, n in counts.items()],
        "open": batch.entries.open().count(),
        "proposed": batch.entries.open().exclude(proposed="").count(),
        "obstacles": [] if batch.published_at else completeness.obstacles(batch),
        "editable": not batch.published_at,
        "organiser": organiser,
        "publisher": may_publish(user, batch.department),
        "files": FilesForm(),
        "conclude": ConcludeForm(),
        "decision": DecisionDocumentForm(initial=_decision_initial(batch)),
        **_frame(batch.title, str(batch.status.label)),
    }
    return render(request, "upkeep/admin/batch.html", context)


def _decision_initial(batch: CleanupBatch) -> dict[str, object]:
    document = batch.decision_document
    name = (document.document_number or document.title) if document else batch.decision_text
    return {"decision": name, "decided_on": batch.decided_on, "introduction": batch.introduction}


def _act(request: HttpRequest, pk: int, act: Callable[[Any], str]) -> HttpResponse:
    """Carry out `act(user)`, say what came of it, and return to the editor where the person was."""
    user = look(request)
    get_object_or_404(CleanupBatch, pk=pk)
    try:
        message = act(user)
    except ValidationError as error:
        tell(request, error)
    else:
        messages.success(request, message)
    back = redirect("upkeep_admin:batch", pk)
    query = request.POST.get("back", "")
    if query.startswith("?") and "\n" not in query and "\r" not in query:
        back["Location"] += query
    return back


def _form_error(form: Any) -> ValidationError:
    return ValidationError(
        [f"{form.fields[name].label if name in form.fields else ''} {error}".strip() for name, errors in form.errors.items()
         for error in errors]
    )  # fmt: skip


@require_POST
def batch_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Add files from a search or a list."""
    form = FilesForm(request.POST, request.FILES)

    def add(user: Any) -> str:
        if not form.is_valid():
            raise _form_error(form)
        ids, listed = _files(form)
        n = cleanups.add_documents(batch_id=pk, document_ids=ids, user=user)
        _tell_files(request, len(ids), listed)
        return ngettext("加入 %(n)d 件。", "加入 %(n)d 件。", n) % {"n": n}

    return _act(request, pk, add)


@require_POST
def batch_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done with the ticked files, or with all that the filter lists: conclude, take out."""
    form = ConcludeForm(request.POST)

    def conclude(user: Any) -> str:
        ids = _ticked(request, pk)
        if not ids:
            raise ValidationError(_("请先勾选文件。"))
        if "remove" in request.POST:
            n = cleanups.remove_entries(batch_id=pk, entry_ids=ids, user=user)
            return ngettext("移出 %(n)d 件。", "移出 %(n)d 件。", n) % {"n": n}
        if not form.is_valid():
            raise _form_error(form)
        n = cleanups.decide(batch_id=pk, entry_ids=ids, user=user, decision=form.decision)
        return ngettext("对 %(n)d 件文件作出结论。", "对 %(n)d 件文件作出结论。", n) % {"n": n}

    return _act(request, pk, conclude)


def _ticked(request: HttpRequest, pk: int) -> list[int]:
    if "everything" in request.POST:
        batch = get_object_or_404(CleanupBatch, pk=pk)
        asked, words = request.POST.get("filter", ""), request.POST.get("q", "").replace("\x00", "")[:100]
        return list(_entries(batch, asked, words).values_list("pk", flat=True))
    raw = [value for value in request.POST.getlist("entry") if value.isascii() and value.isdigit()]
    wanted = [int(value) for value in raw if len(value) < 18]
    return list(CleanupEntry.objects.filter(batch_id=pk, pk__in=wanted).values_list("pk", flat=True))


@require_POST
def batch_proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over the proposals."""

    def accept(user: Any) -> str:
        n = cleanups.accept_proposals(batch_id=pk, user=user)
        return ngettext("采用 %(n)d 条建议。", "采用 %(n)d 条建议。", n) % {"n": n}

    return _act(request, pk, accept)


@require_POST
def batch_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the clean-up decision."""
    form = DecisionDocumentForm(request.POST)

    def name(user: Any) -> str:
        if not form.is_valid():
            raise _form_error(form)
        document = form.document
        cleanups.name_decision(
            batch_id=pk,
            user=user,
            decided_on=form.cleaned_data["decided_on"],
            document=document,
            text="" if document else form.cleaned_data["decision"],
            introduction=form.cleaned_data["introduction"],
        )
        return _("已关联文件库中的《%(title)s》。") % {"title": document.title} if document else _("已保存。")

    return _act(request, pk, name)


@require_POST
def batch_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the results, after which nothing of them changes."""

    def publish(user: Any) -> str:
        cleanups.publish_batch(batch_id=pk, user=user)
        return _("清理结果已公布，各文件的效力已经更新。")

    return _act(request, pk, publish)


@require_POST
def batch_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a batch that is not published."""
    user = look(request)
    get_object_or_404(CleanupBatch, pk=pk)
    try:
        cleanups.discard_batch(batch_id=pk, user=user)
    except ValidationError as error:
        tell(request, error)
        return redirect("upkeep_admin:batch", pk)
    messages.success(request, _("已放弃这次清理。"))
    return redirect("upkeep_admin:batches")
