"""Forms of the screens for set-aside items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.archive.enums import ItemStatus, Reason
from search.archive.item_services import CORRECTABLE
from search.archive.models import NormativeDocument
from search.archive.recognise.certainty import DOUBTFUL


class ItemFilterForm(forms.Form):
    """Which items to list; what is not among the choices is ignored."""

    status = forms.ChoiceField(
        label=_("结果"),
        required=False,
        choices=[("", _("全部")), *ItemStatus.choices],
        initial=ItemStatus.SET_ASIDE,
    )
    reason = forms.ChoiceField(label=_("原因"), required=False, choices=[("", _("全部")), *Reason.choices])
    q = forms.CharField(label=_("标题或位置"), required=False, max_length=200)


class AcceptForm(forms.ModelForm[NormativeDocument]):
    """What a person corrects before taking an item in: every recognised field, with how sure the recognition was."""

    co_issuers = forms.CharField(label=_("联合发文机关"), required=False, help_text=_("多个机关用“、”隔开。"))

    class Meta:
        model = NormativeDocument
        fields = [
            "title", "document_number_raw", "issuing_authority", "co_issuers", "level", "region", "doc_type", "genre",
            "addressees", "signature", "adopted_on", "published_on", "effective_on", "first_effective_on", "valid_until",
            "text",
        ]  # fmt: skip
        labels = {"document_number_raw": _("发文字号")}
        widgets = {
            **{
                name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
                for name in (
                    "adopted_on",
                    "published_on",
                    "effective_on",
                    "first_effective_on",
                    "valid_until",
                )
            },
            "text": forms.Textarea(attrs={"rows": 24}),
        }
        help_texts = {"text": _("扫描件等没有文字的，可在此录入核对过的正文。")}

    def __init__(self, *args: Any, confidence: Mapping[str, float] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sure = dict(confidence or {})
        if "document_number" in sure:
            sure["document_number_raw"] = sure["document_number"]
        #: field name -> per cent, for the template; and which of them deserve a look.
        self.confidence = {name: round(value * 100) for name, value in sure.items() if name in self.fields}
        self.doubtful = {name for name, value in sure.items() if value < DOUBTFUL}

    def rows(self) -> list[tuple[forms.BoundField, int | None, bool]]:
        """Each field with its confidence in per cent (None: nothing was recognised) and whether to look twice."""
        return [(field, self.confidence.get(field.name), field.name in self.doubtful) for field in self]

    def clean_co_issuers(self) -> list[str]:
        names: list[str] = re.split(r"[、，,；;\n]+", self.cleaned_data["co_issuers"])
        return [name.strip() for name in names if name.strip()]

    def decision(self) -> dict[str, Any]:
        """The arguments of `accept_item`."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "document_number": data["document_number_raw"],
            "text": data["text"],
            "corrections": {name: data[name] for name in CORRECTABLE},
        }


class RejectForm(forms.Form):
    note = forms.CharField(label=_("不收录的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
