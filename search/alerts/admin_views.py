"""Staff screens: what people searched for and did not find, and the subscriptions with their addresses masked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from portal.staff import allowed, refusal, titles
from search.alerts import missed_selectors, services
from search.alerts.enums import AlertStatus
from search.alerts.forms import MissedFilterForm, ResolveForm
from search.alerts.missed_services import resolve
from search.alerts.models import MissedSearch, SearchAlert
from search.alerts.rules import RULES
from search.alerts.searches import words_of
from search.alerts.views import masked_address
from search.query import ParameterError

PAGE_SIZE = 25
#: Searches in one export.
CSV_ROWS = 10_000
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Where a synonym is added, by the name of its screen.
SYNONYM_SCREEN = "synonyms_admin:edit"


@require_safe
def missed_list(request: HttpRequest) -> HttpResponse:
    """Searches without a result, the most frequent first, with what each finds by now."""
    allowed(request, RULES["view_missed"])
    form = MissedFilterForm(request.GET)
    form.is_valid()
    rows = _rows(form)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": list(missed_selectors.with_counts(missed_selectors.with_resolutions(page.object_list))),
        "overflow": missed_selectors.overflow(days=form.days()),
        "days": form.days(),
        "resolve_form": ResolveForm(),
        "synonym_url": reverse(SYNONYM_SCREEN),
        "query_string": request.GET.urlencode(),
        **titles(_("没有找到的检索"), icon="search"),
    }
    return render(request, "alerts/admin/missed.html", context)


@require_safe
def missed_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list for a spreadsheet."""
    allowed(request, RULES["view_missed"])
    form = MissedFilterForm(request.GET)
    form.is_valid()
    name = f"missed-searches-{timezone.localdate().isoformat()}.csv"
    response = StreamingHttpResponse(
        _csv(missed_selectors.with_resolutions(_rows(form)[:CSV_ROWS])),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def missed_resolve(request: HttpRequest) -> HttpResponse:
    """Note what was done about one search."""
    user = allowed(request, RULES["resolve_missed"])
    form = ResolveForm(request.POST)
    try:
        if not form.is_valid():
            raise refusal(form)
        done = resolve(key=request.POST.get("key", "")[:64], user=user, note=form.cleaned_data["note"])
        messages.success(request, _("“%(text)s”已标为已处理。") % {"text": done.text})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    query = request.POST.get("back", "")[:500]
    return redirect(f"{reverse('alerts_admin:missed')}{f'?{query}' if query else ''}")


@dataclass(frozen=True)
class Subscription:
    """An alert as staff see it: enough to help somebody who asks, no address."""

    alert: SearchAlert
    words: str
    address: str
    is_confirmed: bool


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """Subscriptions, the latest first; addresses are masked."""
    allowed(request, RULES["view_alerts"])
    alerts = SearchAlert.objects.select_related("contact").order_by("-pk")
    page = Paginator(alerts, PAGE_SIZE).get_page(request.GET.get("page"))
    counted = [(status.label, SearchAlert.objects.filter(status=status).count()) for status in AlertStatus]
    context = {
        "page_obj": page,
        "rows": [_subscription(alert) for alert in page.object_list],
        "counted": counted,
        **titles(_("检索订阅"), icon="search"),
    }
    return render(request, "alerts/admin/alerts.html", context)


@require_POST
def alert_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a subscription for somebody who asked the office to."""
    user = allowed(request, RULES["stop_alert"])
    services.stop_for_reader(alert=get_object_or_404(SearchAlert, pk=pk), user=user)
    messages.success(request, _("已停止这项订阅。"))
    return redirect("alerts_admin:alerts")


def _rows(form: MissedFilterForm) -> QuerySet[MissedSearch, Any]:
    asked = form.cleaned_data
    resolved = bool(asked.get("resolved"))
    return missed_selectors.totals(days=form.days(), words=asked.get("q", ""), resolved=resolved)


def _csv(rows: list[missed_selectors.MissedRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(
        [_("检索词"), _("次数"), _("最近一次"), _("处理情况"), _("处理时间"), _("检索条件")]
    )
    for row in rows:
        done = row.resolution
        yield writer.writerow(
            [
                harmless_cell(row.text),
                row.count,
                timezone.localtime(row.last_at).isoformat(timespec="minutes"),
                harmless_cell(done.note) if done else "",
                timezone.localtime(done.resolved_at).isoformat(timespec="minutes") if done else "",
                harmless_cell(row.link),
            ]
        )


class _Echo:
    """A file that hands back each line it is given."""

    def write(self, line: str) -> str:
        return line


def harmless_cell(text: str) -> str:
    """`text` so that no spreadsheet calculates it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _subscription(alert: SearchAlert) -> Subscription:
    try:
        words = " · ".join(words_of(alert.query))
    except ParameterError:
        words = alert.parameters
    confirmed = alert.status == AlertStatus.CONFIRMED
    return Subscription(alert, words, masked_address(alert.contact.email), confirmed)
