"""Forms of the staff screens. They parse and keep what was typed; the services decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.enums import DispositionStatus, Screening
from consultations.models import ConsultationPage, DraftClause, Outcome, PublicComment, Theme
from consultations.outcome_coverage import with_effective_status
from interpretations.models import PolicyDocumentPage

#: Characters of a clause shown beside its number in a list to choose from.
CLAUSE_PREVIEW = 24
NO_THEME = "none"
WHOLE_DRAFT = "whole"


def applied(form: forms.BaseForm, call: Callable[[], object]) -> bool:
    """Run a service for a valid form; its refusal becomes the form's errors, and what was typed stays."""
    if not form.is_valid():
        return False
    try:
        call()
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def reasons_of(refusal: ValidationError | PermissionDenied) -> str:
    """Why a service refused, in one line for a message."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def add_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Put a service's errors at the fields they are about; those of fields the form has not go to its head."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def clause_choices(consultation: ConsultationPage) -> list[tuple[str, str]]:
    """The draft's clauses to choose from, headings left out."""
    rows = DraftClause.objects.filter(consultation=consultation).exclude(kind__in=["chapter"])
    return [(row.clause_id, f"{row.label} {row.text[:CLAUSE_PREVIEW]}".strip()) for row in rows]


class CommentFilterForm(forms.Form):
    """The filters of the comments table; every field is optional, an unknown value filters nothing."""

    STATES = (
        ("", gettext_lazy("全部")),
        ("undecided", gettext_lazy("尚无处理决定")),
        ("decided", gettext_lazy("已有处理决定")),
        ("own", gettext_lazy("单独处理的")),
    )
    q = forms.CharField(label=gettext_lazy("文字"), required=False, max_length=200)
    state = forms.ChoiceField(label=gettext_lazy("处理"), required=False, choices=STATES)
    theme = forms.ChoiceField(label=gettext_lazy("主题"), required=False)
    clause = forms.ChoiceField(label=gettext_lazy("条款"), required=False)

    def __init__(self, data: Any, *, consultation: ConsultationPage, themes: list[Theme]) -> None:
        super().__init__(data, auto_id="filter_%s")
        theme_choices = [("", _("全部")), (NO_THEME, _("未归入主题"))]
        self.theme_field.choices = theme_choices + [(str(theme.pk), theme.title) for theme in themes]
        self.clause_field.choices = [
            ("", _("全部")),
            (WHOLE_DRAFT, _("对全文的意见")),
            *clause_choices(consultation),
        ]

    @property
    def theme_field(self) -> forms.ChoiceField:
        field = self.fields["theme"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        return field

    @property
    def clause_field(self) -> forms.ChoiceField:
        field = self.fields["clause"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        return field

    def narrow(self, comments: QuerySet[PublicComment]) -> QuerySet[PublicComment]:
        """`comments` that pass every filter given; a filter with an impossible value is left out."""
        self.is_valid()
        values = getattr(self, "cleaned_data", {})
        if text := values.get("q", "").strip():
            comments = comments.filter(Q(comment__icontains=text) | Q(proposed_text__icontains=text))
        if theme := values.get("theme"):
            comments = (
                comments.filter(theme__isnull=True) if theme == NO_THEME else comments.filter(theme_id=theme)
            )
        if clause := values.get("clause"):
            whole = clause == WHOLE_DRAFT
            comments = (
                comments.filter(clause__isnull=True) if whole else comments.filter(clause__clause_id=clause)
            )
        if state := values.get("state"):
            comments = with_effective_status(comments).filter(
                {
                    "undecided": Q(effective_status__isnull=True),
                    "decided": Q(effective_status__isnull=False),
                    "own": Q(disposition__isnull=False),
                }[state]
            )
        return comments


class GroupForm(forms.Form):
    """What to do with the selected comments: into a theme, into a new one, or out of theirs."""

    comments = forms.TypedMultipleChoiceField(label=gettext_lazy("意见"), coerce=int, required=False)
    all_matching = forms.BooleanField(label=gettext_lazy("全部符合筛选条件的意见"), required=False)
    theme = forms.ModelChoiceField(
        label=gettext_lazy("归入已有主题"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=gettext_lazy("请选择"),
    )
    title = forms.CharField(label=gettext_lazy("或新建主题"), required=False, max_length=200)

    def __init__(self, data: Any = None, *, consultation: ConsultationPage) -> None:
        super().__init__(data, auto_id="group_%s")
        theme = self.fields["theme"]
        chosen = self.fields["comments"]
        assert isinstance(theme, forms.ModelChoiceField)  # noqa: S101
        assert isinstance(chosen, forms.TypedMultipleChoiceField)  # noqa: S101
        theme.queryset = Theme.objects.filter(consultation=consultation)
        # Whether each id belongs here is the service's question; the form only keeps numbers.
        sent = data.getlist("comments") if data is not None else []
        chosen.choices = [(value, value) for value in sent if value.isdecimal() and len(value) < 19]
        self.selected = {int(value) for value, _label in chosen.choices}


class ThemeForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("主题名称"), max_length=200)
    summary = forms.CharField(
        label=gettext_lazy("意见概述"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会公开。用一两句话说清大家的意见，不写个人信息。"),
    )


class DecisionForm(forms.Form):
    """A decision on a theme or on a comment."""

    status = forms.ChoiceField(
        label=gettext_lazy("处理结果"), choices=DispositionStatus.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("会公开。除「采纳」外必须说明具体理由；多人提出而不采纳的，须有专门的理由。"),
    )
    changed_clause_ids = forms.MultipleChoiceField(
        label=gettext_lazy("据此修改的条款"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("征求意见稿中因这些意见而修改的条款，公布后可以从决定跳到逐条对照。"),
    )

    def __init__(
        self, data: Any = None, *, consultation: ConsultationPage, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, prefix="decision")
        clauses = self.fields["changed_clause_ids"]
        assert isinstance(clauses, forms.MultipleChoiceField)  # noqa: S101
        clauses.choices = clause_choices(consultation)


class MergeForm(forms.Form):
    target = forms.ModelChoiceField(
        label=gettext_lazy("并入"), queryset=Theme.objects.none(), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, data: Any = None, *, theme: Theme) -> None:
        super().__init__(data, prefix="merge")
        target = self.fields["target"]
        assert isinstance(target, forms.ModelChoiceField)  # noqa: S101
        target.queryset = Theme.objects.filter(consultation_id=theme.consultation_id).exclude(pk=theme.pk)


class IntroductionForm(forms.Form):
    introduction = forms.CharField(
        label=gettext_lazy("总体情况"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("公布时放在页首，一段一行。各项数字由系统计算，不必重复。"),
    )


class FinalPolicyForm(forms.Form):
    final_policy = forms.ModelChoiceField(
        label=gettext_lazy("正式文件"),
        queryset=PolicyDocumentPage.objects.none(),
        required=False,
        empty_label=gettext_lazy("尚未确定"),
        help_text=gettext_lazy("本部门牵头起草的政策文件。公布以后自动与征求意见稿逐条对照。"),
    )

    def __init__(self, data: Any = None, *, consultation: ConsultationPage, outcome: Outcome | None) -> None:
        super().__init__(data, initial={"final_policy": outcome.final_policy_id if outcome else None})
        field = self.fields["final_policy"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = PolicyDocumentPage.objects.filter(
            lead_department=consultation.department_id
        ).order_by("-pk")


class PublishForm(forms.Form):
    confirm = forms.BooleanField(
        label=gettext_lazy("我已审阅全部处理决定和理由，知道公布以后不能再改动。"),
        error_messages={"required": gettext_lazy("请确认已经审阅。")},
    )


class ScreeningForm(forms.Form):
    """A moderator's decision on one comment."""

    DECISIONS = (
        (Screening.PUBLISHED.value, gettext_lazy("公开")),
        (Screening.WITHHELD.value, gettext_lazy("不予公开")),
        (Screening.REDACTED.value, gettext_lazy("部分隐去后公开")),
    )
    decision = forms.ChoiceField(label=gettext_lazy("审核结论"), choices=DECISIONS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("审核说明"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("不予公开或部分隐去的，必须说明理由，作者凭回执可以看到。"),
    )
    redacted_text = forms.CharField(
        label=gettext_lazy("隐去后的文本"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("只在部分隐去时填写：把原文中不宜公开的部分换成〔隐去〕。"),
    )
