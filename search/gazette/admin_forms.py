"""Forms of the gazette's editing screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Department
from search.gazette.models import FIRST_YEAR, LAST_YEAR, GazetteEntry, GazetteIssue

_MAX_NUMBER, _MAX_PAGE = 999, 32_767


class IssueForm(forms.Form):
    """Number, name, issuer, date and foreword of a draft."""

    year = forms.IntegerField(label=_("年份"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    number = forms.IntegerField(label=_("期号"), min_value=1, max_value=_MAX_NUMBER)
    total_number = forms.IntegerField(
        label=_("总期号"),
        min_value=1,
        max_value=999_999,
        required=False,
        help_text=_("封面上的“总第 N 期”。"),
    )
    name = forms.CharField(
        label=_("公报名称"), max_length=120, help_text=_("不含年份和期号，例如“云岭省人民政府公报”。")
    )
    issuer = forms.ModelChoiceField(label=_("编印机关"), queryset=Department.objects.none())
    published_on = forms.DateField(
        label=_("出版日期"),
        required=False,
        help_text=_("留空则为发布当天。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    foreword = forms.CharField(label=_("卷首说明"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = Department.objects.all()  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(issue: GazetteIssue) -> dict[str, Any]:
        """The values of an issue, as `initial`."""
        return {
            "year": issue.year, "number": issue.number, "total_number": issue.total_number, "name": issue.name,
            "issuer": issue.issuer_id, "published_on": issue.published_on, "foreword": issue.foreword,
        }  # fmt: skip


class PdfForm(forms.Form):
    pdf = forms.FileField(
        label=_("PDF 版"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text=_("发布以前不公开。不选文件就保存，则去掉原有的 PDF。"),
    )


class EntryForm(forms.Form):
    """Section heading and printed page of one entry."""

    section = forms.CharField(label=_("栏目"), max_length=80, required=False)
    page = forms.IntegerField(
        label=_("页码"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(_MAX_PAGE)],
        widget=forms.NumberInput(attrs={"min": 1, "max": _MAX_PAGE}),
    )


class AddForm(forms.Form):
    """Documents ticked in a list, and the section they go to."""

    documents = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=[],
        required=True,
        error_messages={
            "required": _("请先勾选文件。"),
            "invalid_choice": _("所选文件不在列表中，请重新查找。"),
        },
    )
    section = forms.CharField(label=_("栏目"), max_length=80, required=False)

    def __init__(self, *args: Any, offered: list[int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["documents"].choices = [(pk, pk) for pk in offered or []]  # type: ignore[attr-defined]


class ErratumForm(forms.Form):
    """A correction of a published issue or of one of its documents."""

    entry = forms.ModelChoiceField(
        label=_("针对"),
        queryset=GazetteEntry.objects.none(),
        required=False,
        empty_label=_("整期"),
    )
    text = forms.CharField(
        label=_("更正内容"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("发布后立即公开，不能修改。"),
        error_messages={"required": _("请写明更正的内容。")},
    )

    def __init__(self, *args: Any, issue: GazetteIssue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = issue.entries.with_documents()  # type: ignore[attr-defined]
