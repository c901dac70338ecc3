"""Admin screens of filing and of expiring documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.organisations.enums import Role
from portal.organisations.rules import departments_of
from portal.staff import titles
from search.archive.models import NormativeDocument
from search.upkeep import expiry, filings, selectors
from search.upkeep.admin_views import PAGE_SIZE, look, tell
from search.upkeep.enums import FilingState
from search.upkeep.extensions import open_extensions
from search.upkeep.forms import (
    AddFilingForm,
    ConcludeForm,
    RegisterFilingForm,
    ReturnFilingForm,
    SubmitFilingForm,
)
from search.upkeep.models import Filing
from search.upkeep.proposals import extension_in_words
from search.upkeep.querysets import FilingQuerySet
from search.upkeep.rules import may_file, may_open_filing, may_register

_VIEWS = ("mine", "register", "all")


def _frame(title: str, subtitle: str = "") -> dict[str, object]:
    return {**titles(title, subtitle, icon="doc-full")}


def _listed(user: Any, asked: str) -> FilingQuerySet:
    if asked == "register":
        return selectors.to_register()
    if asked == "mine":
        mine = {d.pk for role in (Role.DRAFTER, Role.HEAD) for d in departments_of(user, role)}
        return selectors.unfiled(mine)
    return selectors.public_filings(day=timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
def filing_list(request: HttpRequest) -> HttpResponse:
    """What this department has to file, what waits for the register, or all; the office adds files by number."""
    user = look(request)
    form = AddFilingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            filing = filings.add_filing(document_id=form.cleaned_data["number"].pk, user=user)
        except ValidationError as error:
            tell(request, error)
        else:
            return redirect("upkeep_admin:filing", filing.pk)
    default = "register" if may_register(user) else "all" if may_open_filing(user) else "mine"
    asked = request.GET.get("view", default)
    asked = asked if asked in _VIEWS else "all"
    page = Paginator(_listed(user, asked), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "asked": asked,
        "views": list(zip(_VIEWS, (_("本部门待报备"), _("待办理"), _("全部")), strict=True)),
        "form": form if may_open_filing(user) else None,
        **_frame(_("备案目录")),
    }
    return render(request, "upkeep/admin/filings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def filing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One filing with the one thing that can be done next."""
    user = look(request)
    filing = get_object_or_404(Filing.objects.with_document(), pk=pk)
    data = request.POST or None
    action = request.POST.get("action", "")
    forms: dict[str, Any] = {}
    if filing.state in (FilingState.DUE, FilingState.OVERDUE) and may_file(user, filing.department):
        initial = {"authority": _last_authority(filing), "filed_on": timezone.localdate()}
        forms["submit"] = SubmitFilingForm(data if action == "submit" else None, initial=initial)
    if filing.state is FilingState.SUBMITTED and may_register(user):
        forms["register"] = RegisterFilingForm(data if action == "register" else None)
        forms["return"] = ReturnFilingForm(data if action == "return" else None)
    form = forms.get(action)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _carry_out(action, filing.pk, user, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已办理。"))
            return redirect("upkeep_admin:filings")
    context = {"filing": filing, "forms": forms, **_frame(_("备案"), filing.document.title)}
    return render(request, "upkeep/admin/filing.html", context)


def _carry_out(action: str, filing_id: int, user: Any, data: dict[str, Any]) -> None:
    services: dict[str, Callable[..., Filing]] = {
        "submit": filings.submit_filing, "register": filings.register_filing, "return": filings.return_filing,
    }  # fmt: skip
    services[action](filing_id=filing_id, user=user, **data)


def _last_authority(filing: Filing) -> str:
    """Where the department filed last time."""
    earlier = Filing.objects.filter(department=filing.department).exclude(authority="").order_by("-filed_on")
    return earlier.values_list("authority", flat=True).first() or ""


@require_safe
def expiring_list(request: HttpRequest) -> HttpResponse:
    """将到期文件: what this person answers for, the nearest last day first."""
    user = look(request)
    day = timezone.localdate()
    page = Paginator(expiry.visible_to(user, day), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = [document.pk for document in page]
    prepared, said = expiry.in_preparation(shown), open_extensions(shown)
    context = {
        "rows": [
            (document, prepared.get(document.pk), [extension_in_words(s) for s in said.get(document.pk, [])])
            for document in page
        ],
        "page_obj": page,
        "form": ConcludeForm(),
        **_frame(_("将到期文件")),
    }
    return render(request, "upkeep/admin/expiring.html", context)


@require_POST
def expiring_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Conclude on one expiring document; the way goes on to the batch it came into."""
    user = look(request)
    get_object_or_404(NormativeDocument, pk=pk)
    form = ConcludeForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("upkeep_admin:expiring")
    try:
        batch = expiry.start_evaluation(document_id=pk, user=user, decision=form.decision)
    except ValidationError as error:
        tell(request, error)
        return redirect("upkeep_admin:expiring")
    messages.success(request, _("结论已列入“%(title)s”，写明决定后公布。") % {"title": batch.title})
    return redirect("upkeep_admin:batch", batch.pk)
