"""Forms of the public lists and of the admin screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Department
from search.archive.models import NormativeDocument
from search.archive.numbers import parse_number
from search.upkeep import selectors
from search.upkeep.cleanups import Decision
from search.upkeep.enums import Conclusion, FilingState

#: Bytes of an uploaded list.
MAX_UPLOAD = 8_000_000
_ENCODINGS = ("utf-8-sig", "gb18030")


def _date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilingFilterForm(forms.Form):
    """Filters of the public filing list; a value that does not exist is told in place."""

    year = forms.TypedChoiceField(label=_("年份"), required=False, coerce=int, empty_value=None)
    department = forms.ModelChoiceField(
        label=_("报备部门"), required=False, queryset=Department.objects.none(), empty_label=_("全部")
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *FilingState.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("全部")), *((y, y) for y in selectors.filing_years())]  # type: ignore[attr-defined]
        departments = [department.pk for department in selectors.filing_departments()]
        self.fields["department"].queryset = Department.objects.filter(pk__in=departments)  # type: ignore[attr-defined]


class BatchForm(forms.Form):
    """A new batch: whose it is, and which files."""

    title = forms.CharField(label=_("名称"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))
    department = forms.ModelChoiceField(label=_("组织清理的机关"), queryset=Department.objects.all())
    scope = forms.CharField(
        label=_("清理范围"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=_("随结果公布，例如：2020年底以前以省政府名义印发的文件"),
    )


class FilesForm(forms.Form):
    """Files for a batch: from a search, a pasted list, or a CSV file."""

    search = forms.CharField(
        label=_("检索条件"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=_("检索页地址栏中问号以后的部分，例如 level=province&to=2020-12-31"),
    )
    listed = forms.CharField(
        label=_("文件清单"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("每行一件：字号、标题，或者两者都写。"),
    )
    file = forms.FileField(
        label=_("清单文件（CSV 或文本）"), required=False, help_text=_("字号、标题各占一列，可以有表头。")
    )

    def clean_file(self) -> str:
        """The text of the upload, in whichever encoding the office program wrote it."""
        upload = self.cleaned_data.get("file")
        if not upload:
            return ""
        if upload.size > MAX_UPLOAD:
            raise forms.ValidationError(_("清单文件过大。"))
        data: bytes = upload.read()
        for encoding in _ENCODINGS:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("无法识别清单文件的编码，请另存为 UTF-8 编码的 CSV。"))

    def clean_search(self) -> str:
        """A whole address may be pasted."""
        value: str = self.cleaned_data["search"]
        return value.partition("?")[2] if "?" in value else value


class DecisionDocumentForm(forms.Form):
    """The clean-up decision: by number when it is in the archive, else by name."""

    decision = forms.CharField(
        label=_("清理决定的字号或名称"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"size": 60}),
        help_text=_("填写字号时自动关联文件库中的决定；不在库中的，写名称和字号。"),
    )
    decided_on = forms.DateField(label=_("决定日期"), required=False, widget=_date_input())
    introduction = forms.CharField(
        label=_("说明"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def document(self) -> NormativeDocument | None:
        """The one document of the archive with the number that was typed."""
        number = parse_number(self.cleaned_data["decision"].strip())
        if number is None:
            return None
        found = list(NormativeDocument.objects.visible().same_number(number.key).light()[:2])
        return found[0] if len(found) == 1 else None


class ConcludeForm(forms.Form):
    """One conclusion for one or many files."""

    conclusion = forms.ChoiceField(label=_("结论"), choices=Conclusion.choices)
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("随结果公布")
    )
    effective_on = forms.DateField(
        label=_("生效日期"), required=False, widget=_date_input(), help_text=_("留空即为决定日期")
    )
    valid_until = forms.DateField(
        label=_("有效期延续至"), required=False, widget=_date_input(), help_text=_("仅用于继续有效")
    )

    @property
    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(
            Conclusion(data["conclusion"]), data["reason"], data["effective_on"], data["valid_until"]
        )


class SubmitFilingForm(forms.Form):
    authority = forms.CharField(label=_("备案机关"), max_length=200)
    filed_on = forms.DateField(label=_("报送日期"), required=False, widget=_date_input())


class RegisterFilingForm(forms.Form):
    registration_number = forms.CharField(label=_("备案登记号"), max_length=80)


class ReturnFilingForm(forms.Form):
    reason = forms.CharField(label=_("退回理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AddFilingForm(forms.Form):
    """A document of the archive by its number."""

    number = forms.CharField(label=_("发文字号"), max_length=120)

    def clean_number(self) -> NormativeDocument:
        """The one document with this number."""
        number = parse_number(self.cleaned_data["number"].strip())
        found = (
            list(NormativeDocument.objects.visible().same_number(number.key).light()[:2]) if number else []
        )
        if len(found) != 1:
            raise forms.ValidationError(_("文件库中没有这个字号的文件，或者不止一件。"))
        return found[0]
