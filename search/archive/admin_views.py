"""Admin screen of the archive: the confirmation of a document's validity. Set-aside items have `item_views`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from search.archive import curation
from search.archive.admin_forms import ConfirmForm
from search.archive.models import NormativeDocument
from search.archive.rules import RULES
from search.archive.validity import validity_reading
from search.upkeep.extensions import open_extensions
from search.upkeep.proposals import extension_in_words

_VALIDITY_DAYS = ("effective_on", "valid_until", "repealed_on", "amended_on")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_validity(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what a person found out about the validity of an imported document."""
    user: Any = request.user
    if not RULES["confirm_validity"](user):
        raise PermissionDenied
    document = get_object_or_404(NormativeDocument, pk=pk)
    initial = {name: getattr(document, name) for name in _VALIDITY_DAYS}
    form = ConfirmForm(request.POST or None, initial=initial)
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
        "extensions": [extension_in_words(said) for said in open_extensions([pk]).get(pk, [])], "page_title": _("确认效力"), "page_subtitle": document.title, "header_icon": "check",
    }  # fmt: skip
    return render(request, "archive/admin/confirm.html", context)
