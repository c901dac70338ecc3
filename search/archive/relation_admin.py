"""The admin screen of one document's relations: what the machine read, beside what a person says about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from search.archive import relation_services
from search.archive.enums import RelationKind
from search.archive.models import DocumentRelation, NormativeDocument
from search.archive.rules import RULES

PAGE_SIZE = 50
_LARGEST_ID = 2**63 - 1


class DecisionForm(forms.Form):
    """One decision about one relation; `target` is the number in the address of the document meant."""

    decision = forms.ChoiceField(
        choices=[
            ("confirm", gettext_lazy("正确")),
            ("fix", gettext_lazy("更正")),
            ("reject", gettext_lazy("不是关系")),
        ]
    )
    relation = forms.IntegerField(min_value=1, max_value=_LARGEST_ID)
    kind = forms.ChoiceField(choices=RelationKind.choices, required=False)
    target = forms.IntegerField(min_value=1, max_value=_LARGEST_ID, required=False)
    clause = forms.CharField(max_length=80, required=False)
    note = forms.CharField(max_length=500, required=False)


class AddForm(forms.Form):
    """A relation the machine did not read."""

    kind = forms.ChoiceField(label=gettext_lazy("关系"), choices=RelationKind.choices)
    target = forms.IntegerField(
        label=gettext_lazy("文件编号"), min_value=1, max_value=_LARGEST_ID,
        help_text=gettext_lazy("文件页地址中的数字。"),
    )  # fmt: skip
    clause = forms.CharField(
        label=gettext_lazy("所及条款"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("例如 a3-i2，可不填。"),
    )


def _decide(form: DecisionForm, source: NormativeDocument, user: Any) -> None:
    data = form.cleaned_data
    relation = get_object_or_404(DocumentRelation, pk=data["relation"], source=source)
    if data["decision"] == "confirm":
        relation_services.confirm_relation(relation_id=relation.pk, user=user)
    elif data["decision"] == "reject":
        relation_services.reject_relation(relation_id=relation.pk, user=user, note=data["note"])
    else:
        relation_services.fix_relation(
            relation_id=relation.pk, user=user, kind=data["kind"] or relation.kind, target_id=data["target"],
            target_clause_id=data["clause"], note=data["note"],
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def document_relations(request: HttpRequest, pk: int) -> HttpResponse:
    """The relations a document states, with a decision for each, and a form for one more."""
    user: Any = request.user
    if not RULES["decide_relation"](user):
        raise PermissionDenied
    document = get_object_or_404(NormativeDocument.objects.light(), pk=pk)
    add = AddForm()
    if request.method == "POST":
        adding = "add" in request.POST
        form: forms.Form = AddForm(request.POST) if adding else DecisionForm(request.POST)
        try:
            if not form.is_valid():
                raise ValidationError(_("请检查填写的内容。"))
            if adding:
                data = form.cleaned_data
                relation_services.add_relation(
                    source_id=pk, target_id=data["target"], user=user, kind=data["kind"], target_clause_id=data["clause"]
                )  # fmt: skip
            elif isinstance(form, DecisionForm):
                _decide(form, document, user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("已记录。"))
            page = request.GET.get("page", "")
            address = reverse("archive_admin:relations", args=[pk])
            return redirect(f"{address}?page={page}" if page.isdigit() else address)
        add = form if adding and isinstance(form, AddForm) else add
    rows = document.relations_out.select_related("target").defer("target__text", "target__history")
    page_obj = Paginator(rows.order_by("target_id", "kind", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "document": document, "page_obj": page_obj, "add": add, "kinds": RelationKind.choices, "header_title": _("文件关系"),
        "page_title": _("文件关系"), "page_subtitle": document.title, "header_icon": "link",
    }  # fmt: skip
    return render(request, "archive/admin/relations.html", context)
