"""Forms of the archive's admin screens."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def day_input() -> forms.DateInput:
    """A date field of the browser, which understands one way of writing a day only."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ConfirmForm(forms.Form):
    """What a person found out about a document's validity."""

    effective_on = forms.DateField(label=_("施行日期"), required=False, widget=day_input())
    valid_until = forms.DateField(label=_("有效期至"), required=False, widget=day_input())
    repealed_on = forms.DateField(label=_("废止日期"), required=False, widget=day_input())
    not_repealed = forms.BooleanField(label=_("经核实未被废止"), required=False)
    amended_on = forms.DateField(label=_("修改日期"), required=False, widget=day_input())
    not_amended = forms.BooleanField(label=_("经核实未被修改，或文本已含修改"), required=False)
    act_text = forms.CharField(
        label=_("废止或修改它的文件"),
        required=False,
        max_length=500,
        help_text=_("填写发文字号时自动关联库中的文件；不在库中的，写名称和字号。"),
    )
    note = forms.CharField(
        label=_("确认依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如清理结果文件、标准文本出处。"),
    )
