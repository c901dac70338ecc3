"""Forms of the public pages. They check shapes; `TypedComment.cleaned` and the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consultations.enums import LISTED_STATES, AuthorKind, ConsultationKind
from consultations.models import ConsultationPage, DraftClause, PendingComment
from consultations.selectors import departments_with_consultations
from consultations.typed import MAX_NAME, MAX_PHONE, MAX_TEXT, TypedComment
from portal.organisations.models import Department

WHOLE = _("对全文")
#: Longer than any limit: the field's own message counts characters as the service does, not as the browser does.
TEXT_ROWS = 8


class CommentForm(forms.Form):
    """A comment on a clause or on the whole. The honeypot `website` is filled by robots only."""

    clause = forms.ChoiceField(label=_("针对"), required=False)
    text = forms.CharField(
        label=_("您的意见"),
        strip=False,
        error_messages={"required": _("请写下您的意见。")},
        widget=forms.Textarea(attrs={"rows": TEXT_ROWS}),
    )
    proposed_text = forms.CharField(
        label=_("建议改为"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("如果有具体的修改文字，可以写在这里。"),
    )
    author_kind = forms.ChoiceField(
        label=_("您以什么身份提出意见"),
        choices=AuthorKind.choices,
        initial=AuthorKind.CITIZEN,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("请选择个人或单位。"), "required": _("请选择个人或单位。")},
    )
    name = forms.CharField(
        label=_("姓名或单位名称"),
        required=False,
        max_length=MAX_NAME,
        help_text=_("公开时只显示第一个字，例如“朱**”；不填则显示“匿名”。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        error_messages={"invalid": _("电子邮箱的格式不正确。")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("电话"),
        required=False,
        max_length=MAX_PHONE,
        help_text=_("联系方式只用于答复您，不公开，期满后自动删除。不填也可以凭回执编号查询。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    consent = forms.BooleanField(
        label=_("我知道：意见经审核后公开，姓名隐去；联系方式不公开，只用于答复。"),
        error_messages={"required": _("请勾选，表示您知道意见会公开。")},
    )
    website = forms.CharField(label=_("请勿填写此项"), required=False)

    def __init__(self, *args: Any, consultation: ConsultationPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", WHOLE), *((row.clause_id, _choice(row)) for row in consultation.clauses.all())]
        help_text = gettext("最多 %(limit)d 字。请不要写入身份证号、住址等个人信息，意见公开时会显示原文。")
        self.fields["text"].help_text = help_text % {"limit": MAX_TEXT}
        self.fields["clause"].choices = choices  # type: ignore[attr-defined]
        self.fields["clause"].error_messages["invalid_choice"] = _("征求意见稿中没有这一条款，请重新选择。")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("“请勿填写此项”应当留空，请清空后再提交。"), code="robot")
        return ""

    def typed(self) -> TypedComment:
        """The fields the service takes."""
        data = self.cleaned_data
        return TypedComment(
            text=data["text"],
            proposed_text=data["proposed_text"],
            author_kind=data["author_kind"],
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
        )

    def add_refusal(self, error: ValidationError) -> None:
        """Show a refusal of the service at its fields."""
        self.add_error(None, error)

    @staticmethod
    def initial_of(pending: PendingComment) -> dict[str, Any]:
        """What was typed before, for editing it again."""
        return {
            "clause": pending.clause.clause_id if pending.clause else "",
            "text": pending.text,
            "proposed_text": pending.proposed_text,
            "author_kind": pending.author_kind,
            "name": pending.name,
            "email": pending.email,
            "phone": pending.phone,
            "consent": True,
        }


def _choice(clause: DraftClause) -> str:
    beginning = clause.text[:24] + ("…" if len(clause.text) > 24 else "")
    return " ".join(part for part in ("　" * clause.depth + clause.label, beginning) if part)


class FilterForm(forms.Form):
    """Filters of the list; an unknown value is named in place and leaves the list unfiltered."""

    q = forms.CharField(label=_("关键词"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), *((s.value, s.label) for s in LISTED_STATES)],
    )
    department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        label=_("起草部门"), required=False, queryset=None, to_field_name="code", empty_label=_("全部部门")
    )
    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *ConsultationKind.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_with_consultations()  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    code = forms.CharField(
        label=_("回执编号"),
        max_length=100,
        help_text=_("例如 YL-7K3M-Q9TD-2WXA-4，大小写、空格和短横线都不影响。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
