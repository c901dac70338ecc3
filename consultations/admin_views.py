"""Admin screens of the head: extend and terminate, each with a reason that is published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from consultations import services
from consultations.editor import DayField
from consultations.models import ConsultationPage
from consultations.rules import require_head


class TerminateForm(forms.Form):
    reason = forms.CharField(label=_("公开的理由"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


class ExtendForm(TerminateForm):
    field_order = ("last_day", "reason")
    last_day = DayField(label=_("新的截止日期"), widget=AdminDateInput, help_text=_("当日 24:00 截止"))


def extend_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the end of an open consultation to a later day."""
    return _reasoned_action(
        request,
        pk,
        ExtendForm,
        services.extend,
        title=_t("延长征求意见期限"),
        done=_t("期限已延长，理由已公开。"),
    )


def terminate_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Terminate an announced or open consultation."""
    return _reasoned_action(
        request,
        pk,
        TerminateForm,
        services.terminate,
        title=_t("终止征求意见"),
        done=_t("征求意见已终止，理由已公开。"),
    )


def _reasoned_action(
    request: HttpRequest,
    pk: int,
    form_class: type[TerminateForm],
    service: Callable[..., Any],
    *,
    title: str,
    done: str,
) -> HttpResponse:
    page = get_object_or_404(ConsultationPage, pk=pk)
    if not request.user.is_authenticated:  # the admin's own check comes first; this narrows the type
        raise PermissionDenied
    require_head(request.user, page)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(page=page, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, done)
            return redirect("wagtailadmin_pages:edit", page.pk)
    context = {"form": form, "page": page, "title": title, "media": form.media}
    return render(request, "consultations/admin/reasoned_action.html", context)


def _add_errors(form: forms.Form, error: ValidationError) -> None:
    """Each message at its field (`add_error` takes a dictionary of messages as it is)."""
    form.add_error(None, error)
