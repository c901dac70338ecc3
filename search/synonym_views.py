"""Admin screens of the synonyms: the list, one rule with a preview, import and export as text."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from search import synonym_services as services
from search.analysis import normalise
from search.rules import RULES
from search.synonym_forms import FilterForm, ImportForm, RuleForm
from search.synonym_table import CHECK_EVERY, Entry, entries
from search.synonyms import parse_rule

PAGE_SIZE = 50


def _allow(request: HttpRequest) -> Any:
    user: Any = request.user
    if not RULES["edit_synonyms"](user):
        raise PermissionDenied
    return user


def _context(title: str, **values: object) -> dict[str, object]:
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": "list-ul",
        "seconds": int(CHECK_EVERY),
        **values,
    }


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules, the site's own first; found by any of their terms."""
    _allow(request)
    form = FilterForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    everything = entries()
    shown = [
        entry
        for entry in everything
        if _matches(entry, normalise(asked.get("q") or ""), asked.get("show") or "")
    ]
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    changed = sum(entry.is_changed for entry in everything)
    context = _context(_("同义词"), form=form, page_obj=page, total=len(everything), changed=changed)
    return render(request, "search/admin/synonyms.html", context)


def _matches(entry: Entry, text: str, show: str) -> bool:
    if show == "own" and not entry.is_own:
        return False
    if (show == "changed" and not entry.is_changed) or (show == "off" and entry.active):
        return False
    return not text or any(text in normalise(term) for term in entry.rule.terms)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest) -> HttpResponse:
    """One rule, new or `?key=`: try it, then save it."""
    user = _allow(request)
    entry = _asked_entry(request)
    form = RuleForm(request.POST) if request.method == "POST" else RuleForm(initial=_initial(entry, request))
    preview = None
    if request.method == "POST" and form.is_valid():
        key = entry.key if entry else ""
        if "preview" in request.POST:
            preview = _preview(form, user, key)
        elif _saved(request, form, user, key):
            return redirect("synonyms_admin:list")
    title = _("修改同义词") if entry else _("增加同义词")
    context = _context(title, form=form, entry=entry, preview=preview)
    return render(request, "search/admin/synonym.html", context)


def _asked_entry(request: HttpRequest) -> Entry | None:
    key = request.GET.get("key", "")
    if not key:
        return None
    found = next((entry for entry in entries() if entry.key == key), None)
    if found is None:
        raise Http404
    return found


def _initial(entry: Entry | None, request: HttpRequest) -> dict[str, object]:
    """The rule as it is; a new one begins with `?term=`, a search that found nothing."""
    if entry is None:
        term = " ".join(request.GET.get("term", "").split())[:100]
        return {"active": True, "query": term, "line": f"{term} -> " if term else ""}
    return {"line": entry.rule.line, "active": entry.active, "note": entry.row.note if entry.row else ""}


def _preview(form: RuleForm, user: Any, key: str) -> services.Preview | None:
    data = form.cleaned_data
    rule = parse_rule(data["line"])
    query = data["query"] or (rule.terms[0] if rule else "")
    try:
        return services.preview(user=user, line=data["line"], query=query, key=key, active=data["active"])
    except ValidationError as error:
        form.add_error("line", error)
        return None


def _saved(request: HttpRequest, form: RuleForm, user: Any, key: str) -> bool:
    data = form.cleaned_data
    try:
        row = services.save_rule(
            user=user, key=key, line=data["line"], active=data["active"], note=data["note"]
        )
    except ValidationError as error:
        form.add_error("line", error)
        return False
    messages.success(request, _("已保存“%(line)s”，数秒内在全站生效。") % {"line": row.line})
    return True


@require_POST
def rule_change(request: HttpRequest) -> HttpResponse:
    """Switch a rule off or on, or forget what was changed."""
    user = _allow(request)
    key, verb = request.POST.get("key", ""), request.POST.get("verb", "")
    try:
        if verb == "forget":
            services.remove_change(user=user, key=key)
            messages.success(request, _("已恢复为随软件提供的规则；本单位自己增加的已删除。"))
        else:
            row = services.switch_rule(user=user, key=key, active=verb == "on")
            done = _("已启用“%(line)s”。") if row.active else _("已停用“%(line)s”。")
            messages.success(request, done % {"line": row.line})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("synonyms_admin:list")


@require_http_methods(["GET", "HEAD", "POST"])
def rule_import(request: HttpRequest) -> HttpResponse:
    """Rules as text: all of them or, when a line is wrong, none."""
    user = _allow(request)
    form: Form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        try:
            done = services.import_rules(user=user, text=form.cleaned_data["text"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            counts = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
            text = _("导入完成：增加 %(added)s 条，修改 %(changed)s 条，%(unchanged)s 条没有变化。")
            messages.success(request, text % counts)
            return redirect("synonyms_admin:list")
    return render(request, "search/admin/synonyms_import.html", _context(_("导入同义词"), form=form))


@require_safe
def rule_export(request: HttpRequest) -> HttpResponse:
    """Every rule in use, as a text file."""
    _allow(request)
    response = HttpResponse(services.export_text(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="synonyms.txt"'
    return response
