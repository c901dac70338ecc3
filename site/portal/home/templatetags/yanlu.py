"""`{% load yanlu %}`: dates, citizens' text, navigation. For links that change one parameter use Django's `{% querystring %}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from portal.home import dates, navigation, text
from portal.text import CJK

register = template.Library()
_HAN = re.compile(f"[{CJK}]")

Moment = date | datetime | None


@register.filter
def localday(value: Moment) -> str:
    """`2026年11月23日` / `23 November 2026`; empty for no date."""
    return dates.day_text(value) if value else ""


register.filter("localdate", localday)


@register.filter
def localtime_full(value: datetime | None) -> str:
    """`2026年11月23日 18:30` / `23 November 2026, 18:30`, in Asia/Shanghai."""
    return dates.moment_text(value) if value else ""


@register.filter
def deadline(value: Moment) -> str:
    """`2026年11月23日 24:00`: midnight is shown as the end of its day."""
    return dates.deadline_text(value) if value else ""


@register.filter
def isodate(value: Moment) -> str:
    """For `<time datetime="…">`."""
    if value is None:
        return ""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


@register.filter
def days_left(value: Moment) -> int | str:
    """Whole days to the last day of a deadline (0 on that day, negative afterwards); empty for no deadline."""
    return dates.days_until(value) if value else ""


@register.filter
def days_left_text(value: Moment) -> str:
    """`还剩 5 天` / `今天截止` / `已截止`."""
    return dates.days_left_text(value) if value else ""


@register.filter
def paragraphs(value: object) -> SafeString:
    """One `<p>` a line, escaped: for the text that staff write one paragraph a line."""
    return text.paragraphs_html(value)


@register.filter
def plaintext(value: object) -> SafeString:
    """Citizens' text: escaped, invisible characters removed, http(s) addresses linked. Use inside `.plaintext`."""
    return text.plaintext_html(value)


@register.filter
def masked(value: object) -> str:
    """朱熹 -> `朱**`."""
    return text.masked_name(value)


@register.filter
def percent_of(part: float | None, whole: float | None) -> int:
    """`part` in percent of `whole`, rounded; 0 when there is no whole."""
    return round(100 * part / whole) if part and whole else 0


@register.simple_tag(takes_context=True)
def site_nav(context: Mapping[str, Any]) -> list[navigation.NavigationEntry]:
    """The main navigation with the current place marked."""
    return navigation.main_navigation(context.get("request"))


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: object) -> dict[str, list[navigation.Crumb]]:
    """`{% breadcrumbs _("政策") "/policies/" page.title %}`: label, address, label, address …; the home page is added."""
    parts = [str(part) for part in pairs]
    crumbs = [navigation.Crumb(_("首页"), "/")]
    crumbs += [navigation.Crumb(*parts[start : start + 2]) for start in range(0, len(parts), 2)]
    return {"crumbs": crumbs}


@register.simple_tag
def comment_steps(current: str) -> list[navigation.Step]:
    """The steps write, review, receipt with `current` marked."""
    return navigation.comment_steps(current)


@register.simple_tag
def elided_pages(page_obj: Page[Any]) -> list[int]:
    """Page numbers around the current one; 0 stands for a gap."""
    elided = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in elided]


@register.filter
def lang_of(text: object) -> str:
    """` lang="zh-Hans"` for the tag around a text with Chinese in it on a page in another language; else nothing."""
    foreign = not (get_language() or "zh").startswith("zh") and _HAN.search(str(text))
    return mark_safe(' lang="zh-Hans"') if foreign else ""


@register.filter
def html_lang(code: str) -> str:
    """The language of a page as BCP 47 writes it: `zh-hans` -> `zh-Hans`."""
    return to_locale(code).replace("_", "-")
