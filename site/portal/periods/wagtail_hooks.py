"""Admin screens: periods and the working-day calendar are rows an administrator edits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from portal.periods.models import CalendarDay, StatutoryPeriod, YearNotice


class StatutoryPeriodViewSet(SnippetViewSet):
    model = StatutoryPeriod
    icon = "calendar-check"
    list_display = [
        "get_code_display",
        "value",
        "get_unit_display",
        "basis",
        "in_force_from",
        "in_force_to",
        "verified",
    ]
    list_filter = ["code", "unit", "verified"]
    search_fields = ["code", "basis"]
    panels = [
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
        FieldPanel("basis"),
        FieldRowPanel([FieldPanel("in_force_from"), FieldPanel("in_force_to")]),
        FieldPanel("verified"),
    ]


class CalendarDayViewSet(SnippetViewSet):
    model = CalendarDay
    icon = "calendar-alt"
    list_display = ["day", "get_kind_display", "name"]
    list_filter = ["kind"]
    ordering = ["-day"]
    panels = [FieldPanel("day"), FieldPanel("kind"), FieldPanel("name")]


class YearNoticeViewSet(SnippetViewSet):
    model = YearNotice
    icon = "calendar"
    list_display = ["year", "notice"]
    panels = [FieldPanel("year"), FieldPanel("notice")]


class PeriodsViewSetGroup(SnippetViewSetGroup):
    items = (StatutoryPeriodViewSet, CalendarDayViewSet, YearNoticeViewSet)
    menu_label = _("期限与日历")
    menu_icon = "calendar-check"
    menu_order = 600


register_snippet(PeriodsViewSetGroup)
