"""The editor of a consultation: days instead of moments, a checklist of what is missing, the earliest lawful end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel, Panel, TitleFieldPanel
from wagtail.admin.widgets import AdminDateInput

from consultations.clock import end_of, in_calendar, start_of
from portal.home.dates import day_text

#: Where the editor puts right what the model calls by another name.
FIELD_OF = {"opens_at": "first_day", "closes_at": "last_day"}
LOCKED_MESSAGE = _("征求意见已经开始，此项不能再改动。")


class DayField(forms.DateField):
    """A day of the working calendar; a mistyped year is no valid date."""

    def to_python(self, value: Any) -> dt.date | None:
        day: dt.date | None = super().to_python(value)
        if day is not None and not in_calendar(day):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class ConsultationForm(WagtailAdminPageForm):
    """Asks for the first and the last day; stores 0:00 of the one and 24:00 of the other (Asia/Shanghai)."""

    first_day = DayField(
        label=_("开始日期"),
        required=False,
        widget=AdminDateInput,
        help_text=_("当日 0:00 起接受意见，不早于公布之日"),
    )
    last_day = DayField(
        label=_("截止日期"), required=False, widget=AdminDateInput, help_text=_("当日 24:00 截止")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from consultations.gate import stored_as_opened, stored_values
        from consultations.querysets import LOCKED_FIELDS

        self.initial.setdefault("first_day", self.instance.first_day)
        self.initial.setdefault("last_day", self.instance.last_day)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        self.fixed = stored_as_opened(stored_values(self.instance))
        if self.fixed:
            for name in LOCKED_FIELDS:
                field = self.fields.get(FIELD_OF.get(name, name))
                if field is not None:
                    field.disabled = True
                    field.help_text = LOCKED_MESSAGE

    def clean_slug(self) -> str:
        """The address segment given, or one made from the title; a draft needs nothing but a title."""
        given: str = self.cleaned_data.get("slug") or ""
        return given or free_slug(self.cleaned_data.get("title") or "", self.instance.pk)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.fixed:
            self.instance.opens_at = _moment(cleaned.get("first_day"), start_of)
            self.instance.closes_at = _moment(cleaned.get("last_day"), end_of)
            first, last = cleaned.get("first_day"), cleaned.get("last_day")
            if first and last and last < first:
                self.add_error("last_day", _("截止日期早于开始日期。"))
        return cleaned


def free_slug(title: str, except_pk: int | None) -> str:
    """An address segment made from `title` that no other consultation uses."""
    from consultations.models import ConsultationPage

    base = slugify(title, allow_unicode=True)[:200] or "consultation"
    others = ConsultationPage.objects.exclude(pk=except_pk)
    candidate, suffix = base, 1
    while others.filter(slug=candidate).exists():
        suffix += 1
        candidate = f"{base}-{suffix}"
    return candidate


def _moment(day: dt.date | None, convert: Any) -> dt.datetime | None:
    return convert(day) if day else None


def period_hint(kind: str, first_day: dt.date | None) -> str:
    """The minimum period for people who choose dates; empty without a first day or without a rule."""
    from consultations.gate import minimum
    from portal.periods.exceptions import PeriodUnknown

    if first_day is None:
        return _t("填写开始日期并保存后，这里显示最早可以截止的日期。")
    try:
        return _t("%(day)s 开始的，%(minimum)s。") % {
            "day": day_text(first_day),
            "minimum": minimum(kind, first_day).text,
        }
    except PeriodUnknown:
        return ""


class ChecklistPanel(Panel):
    """What is still missing before the head can open it, or what is fixed once it is open."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "consultations/admin/checklist_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            from consultations.gate import obstacles, stored_as_opened, stored_values

            context: dict[str, Any] = super().get_context_data(parent_context)
            opened = stored_as_opened(stored_values(self.instance))
            context["opened"] = opened
            context["obstacles"] = [] if opened or not self.instance.pk else obstacles(self.instance)
            context["unsaved"] = self.instance.pk is None
            return context


class PeriodHintPanel(Panel):
    """The earliest lawful closing day for the kind and first day entered."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "consultations/admin/period_hint_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["hint"] = period_hint(self.instance.kind, self.instance.first_day)
            return context


CONTENT_PANELS: list[Any] = [
    ChecklistPanel(heading=_("公开前检查")),
    TitleFieldPanel("title"),
    FieldPanel("kind"),
    FieldPanel("summary"),
    FieldPanel(
        "draft_body", help_text=_("一段一行；“第一条”“一、”“（一）”等会自动分条，公众可以逐条发表意见")
    ),
    FieldPanel("drafting_note"),
    FieldPanel("decision_basis"),
    MultiFieldPanel(
        [
            PeriodHintPanel(),
            FieldPanel("first_day"),
            FieldPanel("last_day"),
            FieldPanel("shortened_reason", help_text=_("短于最短期限时必填，随征求意见一并公开")),
        ],
        heading=_("期限"),
    ),
    FieldPanel("contact"),
    PageChooserPanel("policy"),
]
ADDRESS_PANELS: list[Any] = [FieldPanel("slug"), FieldPanel("search_description")]
