"""Pages of a subscription: ask for it, confirm, stop, see and change. A GET never changes anything: scanners follow links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from portal.privacy import keep_private
from search.alerts import services
from search.alerts.enums import LIVING, AlertStatus
from search.alerts.forms import ChangeForm, SubscribeForm
from search.alerts.limits import subscribe_limited
from search.alerts.models import AlertContact, SearchAlert
from search.alerts.searches import standing, words_of
from search.alerts.tokens import Purpose, alert_of, contact_of
from search.query import ParameterError, parse_query

TOO_MANY_REQUESTS, CONFLICT, GONE = 429, 409, 410
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Shown:
    """One alert on the overview: its search in words and the form that changes it."""

    alert: SearchAlert
    words: list[str]
    link: str
    form: ChangeForm


@sensitive_post_parameters()
@never_cache
@keep_private
@GET_OR_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """`/alerts/new/?<search>`: the form. The answer is the same whether or not the address subscribes already."""
    try:
        query = standing(parse_query(request.GET))
    except ParameterError as error:
        return render(request, "alerts/bad_search.html", {"errors": error.errors}, status=400)
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_trapped:
            return redirect("alerts:sent")
        if subscribe_limited(request):
            form.add_error(None, _("从您的网络登记订阅的次数过多，请一小时后再试。"))
            status = TOO_MANY_REQUESTS
        elif form.is_valid():
            services.subscribe(
                email=form.cleaned_data["email"],
                query=query,
                frequency=form.cleaned_data["frequency"],
                language=get_language() or "zh-hans",
            )
            return redirect("alerts:sent")
        else:
            status = 400
    context = {"form": form, "words": words_of(query), "link": query.link()}
    return render(request, "alerts/subscribe.html", context, status=status)


@never_cache
@keep_private
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What to do next: look into the mailbox."""
    return render(request, "alerts/sent.html")


@never_cache
@keep_private
@GET_OR_POST
@sensitive_variables()
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button; only pressing it confirms."""
    alert = alert_of(Purpose.CONFIRM, token)
    if alert is None:
        return _useless_link(request)
    problem, status = "", 200
    if request.method == "POST":
        try:
            alert = services.confirm(alert=alert)
        except ValidationError as error:
            problem, status = error.messages[0], CONFLICT
    elif alert.status not in LIVING:
        problem = _("这项订阅已经停止。如果仍然需要，请重新订阅。")
    context = {**_about(alert), "problem": problem, "confirmed": alert.status == AlertStatus.CONFIRMED}
    return render(request, "alerts/confirm.html", context, status=status)


@csrf_exempt
@never_cache
@keep_private
@GET_OR_POST
@sensitive_variables()
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The button of the page, and the POST of a mail program without a session (RFC 8058): the token is the authority."""
    alert = alert_of(Purpose.STOP, token)
    if alert is None:
        return _useless_link(request)
    if request.method == "POST":
        alert = services.stop(alert=alert)
    context = {**_about(alert), "stopped": alert.status not in LIVING}
    return render(request, "alerts/stop.html", context)


@sensitive_post_parameters()
@never_cache
@keep_private
@GET_OR_POST
@sensitive_variables()
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """Everything one address subscribes to: change, stop one, stop all."""
    contact = contact_of(token)
    if contact is None:
        return _useless_link(request)
    wrong: ChangeForm | None = None
    changed = None
    if request.method == "POST":
        if request.POST.get("action") == "stop_all":
            services.stop_all(contact=contact)
            return redirect("alerts:manage", token)
        changed = _chosen(contact, request.POST.get("alert", ""))
        if changed is None:
            return _useless_link(request)
        wrong = _act(request, changed)
        if wrong is None:
            return redirect("alerts:manage", token)
    alerts = contact.alerts.filter(status__in=LIVING).order_by("pk")
    shown = [_shown(alert, wrong if changed and changed.pk == alert.pk else None) for alert in alerts]
    context = {"token": token, "shown": shown, "address": masked_address(contact.email)}
    return render(request, "alerts/manage.html", context, status=CONFLICT if wrong else 200)


def masked_address(email: str) -> str:
    """Enough of an address for its owner to know it: `zhangsan@example.org` -> `z***@example.org`."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}***@{host}"


def _act(request: HttpRequest, alert: SearchAlert) -> ChangeForm | None:
    """Carry out what the form of one alert asks; the form again when it cannot be done."""
    if request.POST.get("action") == "stop":
        services.stop(alert=alert)
        return None
    form = ChangeForm(request.POST, prefix=f"a{alert.pk}")
    if form.is_valid():
        try:
            services.change_alert(
                alert=alert, query=form.cleaned_data["address"], frequency=form.cleaned_data["frequency"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return None
    return form


def _chosen(contact: AlertContact, pk: str) -> SearchAlert | None:
    """The living alert of this contact with the key a form names; another contact's is as good as none."""
    alerts = {str(alert.pk): alert for alert in contact.alerts.filter(status__in=LIVING)}
    return alerts.get(pk)


def _shown(alert: SearchAlert, form: ChangeForm | None) -> Shown:
    initial = {"address": f"?{alert.parameters}", "frequency": alert.frequency}
    about = _about(alert)
    return Shown(
        alert, about["words"], about["link"], form or ChangeForm(initial=initial, prefix=f"a{alert.pk}")
    )


def _about(alert: SearchAlert) -> dict[str, Any]:
    """The search in words and its address; one whose values are no longer known is shown as it was written."""
    try:
        query = alert.query
    except ParameterError:
        return {"alert": alert, "words": [alert.parameters], "link": ""}
    return {"alert": alert, "words": words_of(query), "link": query.link()}


def _useless_link(request: HttpRequest) -> HttpResponse:
    return render(request, "alerts/useless_link.html", status=GONE)
