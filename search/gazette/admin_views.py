"""Staff screens of the gazette in the Wagtail admin. Views parse, call a service and render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from portal.staff import allowed, refusal, titles
from search.archive.models import NormativeDocument
from search.gazette import selectors, services
from search.gazette.admin_forms import AddForm, EntryForm, ErratumForm, IssueForm, PdfForm
from search.gazette.enums import Direction
from search.gazette.models import GazetteEntry, GazetteIssue
from search.gazette.rules import RULES

PAGE_SIZE = 30
MAX_WORDS = 100
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Drafts first, then published issues."""
    allowed(request, RULES["edit_issue"])
    published = GazetteIssue.objects.published().in_order().annotate(documents=Count("entries"))
    context = {
        "drafts": selectors.drafts(),
        "page_obj": Paginator(published.select_related("issuer"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        **_titles(_("政府公报")),
    }
    return render(request, "gazette/admin/index.html", context)


@GET_OR_POST
def create(request: HttpRequest) -> HttpResponse:
    """A new draft; number and name continue those of the last issue."""
    user = allowed(request, RULES["edit_issue"])
    form = IssueForm(request.POST if request.method == "POST" else None, initial=_next_issue())
    if request.method == "POST" and form.is_valid():
        issue = _try(form, lambda: services.create_issue(user=user, **form.cleaned_data))
        if issue is not None:
            return redirect("gazette_admin:edit", issue.pk)
    context = {"form": form, **_titles(_("新建公报"))}
    return render(request, "gazette/admin/create.html", context)


@GET_OR_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor: contents in order, documents to add, details, and what is missing before publication."""
    user = allowed(request, RULES["edit_issue"])
    issue = _issue(pk)
    form = IssueForm(request.POST if request.method == "POST" else None, initial=IssueForm.initial_of(issue))
    if request.method == "POST" and form.is_valid():
        saved = _try(form, lambda: services.update_issue(issue=issue, user=user, **form.cleaned_data))
        if saved is not None:
            messages.success(request, _("已保存。"))
            return redirect("gazette_admin:edit", pk)
    return _editor(request, issue, form)


def _editor(
    request: HttpRequest, issue: GazetteIssue, form: IssueForm | None = None, add: AddForm | None = None
) -> HttpResponse:
    user: Any = request.user
    words = " ".join(request.GET.get("q", "").split())[:MAX_WORDS]
    entries = list(issue.entries.with_documents().order_by("position", "pk"))
    held = {entry.document_id for entry in entries}
    obstacles = (
        [] if issue.is_published else services.publication_obstacles(issue, entries, timezone.localdate())
    )
    context = {
        "issue": issue,
        "form": form or IssueForm(initial=IssueForm.initial_of(issue)),
        "pdf_form": PdfForm(),
        "rows": [(entry, _entry_form(entry)) for entry in entries],
        "sections": list(dict.fromkeys(entry.section for entry in entries if entry.section)),
        "words": words,
        "found": [one for one in selectors.candidates(words) if one.pk not in held] if words else [],
        "suggested": [one for one in selectors.suggestions(issue) if one.pk not in held],
        "since": selectors.last_published_on(issue),
        "add": add or AddForm(),
        "obstacles": obstacles,
        "errata": issue.errata.select_related("entry"),
        "may_publish": RULES["publish_issue"](user),
        "may_correct": RULES["correct_issue"](user),
        **_titles(str(issue)),
    }
    wrong = (form is not None and form.errors) or (add is not None and add.errors)
    return render(request, "gazette/admin/edit.html", context, status=400 if wrong else 200)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the ticked documents at the end."""
    user = allowed(request, RULES["edit_issue"])
    issue = _issue(pk)
    ticked = [
        int(value) for value in request.POST.getlist("documents") if value.isascii() and value.isdigit()
    ]
    offered = NormativeDocument.objects.visible().filter(pk__in=[one for one in ticked if one < 2**63])
    form = AddForm(request.POST, offered=list(offered.values_list("pk", flat=True)))
    if form.is_valid():
        added = _try(form, lambda: services.add_entries(issue=issue, user=user, **form.cleaned_data))
        if added is not None:
            messages.success(request, _("已加入 %(count)d 件文件。") % {"count": len(added)})
            return redirect(f"{reverse('gazette_admin:edit', args=[pk])}#contents")
    return _editor(request, issue, add=form)


@require_POST
def change_entry(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """One entry: save its section and page, move it, or take it out; the focus comes back to where it was."""
    user = allowed(request, RULES["edit_issue"])
    entry = get_object_or_404(GazetteEntry.objects.select_related("issue", "document"), pk=entry_pk, issue=pk)
    action = request.POST.get("action", "")
    anchor = f"entry-{entry.pk}"
    try:
        if action in Direction.values:
            services.move_entry(entry=entry, user=user, direction=Direction(action))
        elif action == "remove":
            services.remove_entry(entry=entry, user=user)
            anchor = "contents"
            messages.success(request, _("已移出“%(title)s”。") % {"title": entry.document.title})
        else:
            form = EntryForm(request.POST, prefix=f"e{entry.pk}")
            if not form.is_valid():
                raise refusal(form)
            services.update_entry(entry=entry, user=user, **form.cleaned_data)
            messages.success(request, _("已保存。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('gazette_admin:edit', args=[pk])}#{anchor}")


@require_POST
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or drop the printed version."""
    user = allowed(request, RULES["edit_issue"])
    form = PdfForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise refusal(form)
        services.attach_pdf(issue=_issue(pk), user=user, upload=form.cleaned_data["pdf"])
        messages.success(request, _("已保存。"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('gazette_admin:edit', args=[pk])}#pdf")


@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page of a draft, for its editors."""
    allowed(request, RULES["edit_issue"])
    issue = _issue(pk)
    context = {"view": selectors.issue_view(issue), "issue": issue, "preview": not issue.is_published}
    return render(request, "gazette/issue.html", context)


@GET_OR_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be fixed, then a button."""
    user = allowed(request, RULES["publish_issue"])
    issue = _issue(pk)
    problems: list[str] = []
    if request.method == "POST":
        try:
            issue = services.publish_issue(issue=issue, user=user)
        except ValidationError as error:
            problems = error.messages
        else:
            messages.success(request, _("%(issue)s已发布。") % {"issue": str(issue)})
            return redirect(issue.get_absolute_url())
    context = {"issue": issue, "total": issue.entries.count(), "problems": problems, **_titles(_("发布公报"))}
    return render(request, "gazette/admin/publish.html", context, status=409 if problems else 200)


@GET_OR_POST
def erratum(request: HttpRequest, pk: int) -> HttpResponse:
    """A public correction of a published issue."""
    user = allowed(request, RULES["correct_issue"])
    issue = _issue(pk)
    form = ErratumForm(request.POST if request.method == "POST" else None, issue=issue)
    if request.method == "POST" and form.is_valid():
        made = _try(form, lambda: services.publish_erratum(issue=issue, user=user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("更正已公布。"))
            return redirect(f"{issue.get_absolute_url()}#errata")
    context = {"issue": issue, "form": form, **_titles(_("发布更正"))}
    return render(request, "gazette/admin/erratum.html", context)


@GET_OR_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then give up a draft."""
    user = allowed(request, RULES["edit_issue"])
    issue = _issue(pk)
    if request.method == "POST":
        try:
            services.delete_draft(issue=issue, user=user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("gazette_admin:edit", pk)
        messages.success(request, _("已删除草稿。"))
        return redirect("gazette_admin:index")
    return render(request, "gazette/admin/delete.html", {"issue": issue, **_titles(_("删除草稿"))})


def _entry_form(entry: GazetteEntry) -> EntryForm:
    initial = {"section": entry.section, "page": entry.page}
    form = EntryForm(initial=initial, prefix=f"e{entry.pk}")
    form.fields["section"].widget.attrs["list"] = "gazette-sections"
    return form


def _next_issue() -> dict[str, Any]:
    today = timezone.localdate()
    last = GazetteIssue.objects.in_order().first()
    number, total = selectors.next_numbers(today.year)
    values: dict[str, Any] = {"year": today.year, "number": number, "total_number": total}
    return {**values, "name": last.name, "issuer": last.issuer_id} if last else values


def _try(form: Any, act: Callable[[], Any]) -> Any:
    """What `act` returns; None with the reasons in the form when it was refused."""
    try:
        return act()
    except ValidationError as error:
        known = getattr(error, "error_dict", None)
        if known is None:
            form.add_error(None, error)
        else:
            for name, problems in known.items():
                form.add_error(name if name in form.fields else None, problems)
        return None


def _issue(pk: int) -> GazetteIssue:
    found: GazetteIssue = get_object_or_404(GazetteIssue.objects.select_related("issuer"), pk=pk)
    return found


def _titles(title: str) -> dict[str, str]:
    return titles(title, icon="doc-full")
