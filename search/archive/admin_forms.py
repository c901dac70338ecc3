"""Forms of the archive's admin screens."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from search.archive.enums import ItemStatus, Reason


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


class AcceptForm(forms.Form):
    """What a person corrects before taking an item in."""

    title = forms.CharField(label=_("标题"), max_length=500, widget=forms.TextInput(attrs={"size": 60}))
    document_number = forms.CharField(label=_("发文字号"), max_length=200, required=False)
    text = forms.CharField(
        label=_("正文"),
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("扫描件等没有文字的，可在此录入核对过的正文。"),
    )


class RejectForm(forms.Form):
    note = forms.CharField(label=_("不收录的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmForm(forms.Form):
    """What a person found out about a document's validity."""

    effective_on = forms.DateField(
        label=_("施行日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    valid_until = forms.DateField(
        label=_("有效期至"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    repealed_on = forms.DateField(
        label=_("废止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label=_("确认依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如清理结果文件、标准文本出处。"),
    )
