"""Forms of the synonym screens in the admin."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

#: Bytes of an imported file; the whole shipped table is a tenth of it.
MAX_FILE = 1_000_000


class FilterForm(forms.Form):
    """What the list shows."""

    q = forms.CharField(label=_("词"), required=False, max_length=60)
    show = forms.ChoiceField(
        label=_("范围"),
        required=False,
        choices=[
            ("", _("全部")), ("own", _("本单位增加")), ("changed", _("改动过的")), ("off", _("已停用")),
        ],
    )  # fmt: skip


class RuleForm(forms.Form):
    """One rule, and a query to try it on."""

    line = forms.CharField(
        label=_("规则"),
        max_length=600,
        help_text=_("“甲 = 乙 = 丙”：互为同义；“甲 -> 乙 = 丙”：检索甲时也检索乙和丙，反过来不检索。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 70}),
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
    query = forms.CharField(
        label=_("试一试的检索词"),
        max_length=200,
        required=False,
        help_text=_("看一看这条规则会把检索词变成什么、结果多少。不填时用规则的第一个词。"),
    )


class ImportForm(forms.Form):
    """Rules as text, pasted or from a file."""

    text = forms.CharField(label=_("规则文本"), required=False, widget=forms.Textarea(attrs={"rows": 12}))
    file = forms.FileField(label=_("或选择文本文件（UTF-8）"), required=False)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        file = data.get("file")
        if file:
            data["text"] = _decoded(file.read(MAX_FILE + 1))
        if not str(data.get("text") or "").strip():
            raise forms.ValidationError(_("请粘贴规则或选择文件。"))
        return data


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_FILE:
        raise forms.ValidationError(_("文件过大，最多 1 MB。"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise forms.ValidationError(_("文件不是 UTF-8 编码的文本，请另存为 UTF-8 后再导入。")) from None
