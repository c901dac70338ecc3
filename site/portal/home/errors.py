"""Error pages that help: what happened, what to do, and the text a person had typed, so that it is not lost."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token

#: Never shown again, whatever the form.
_PRIVATE_FIELDS = ("csrf", "password", "token", "captcha")
_API_PREFIX = "/api/"
#: Shorter values are choices and buttons, not text that somebody wrote.
_SHORTEST_TEXT = 10


def typed_text(request: HttpRequest) -> list[str]:
    """What the person had written in the form of this request, longest first; empty when it cannot be read."""
    try:
        values = [
            value
            for name, value in request.POST.items()
            if isinstance(value, str) and not any(part in name.lower() for part in _PRIVATE_FIELDS)
        ]
    except (SuspiciousOperation, RequestDataTooBig, UnreadablePostError):
        return []
    texts = [
        value for value in values if len(value) >= _SHORTEST_TEXT and not value.startswith(("/", "http"))
    ]
    return sorted(texts, key=len, reverse=True)


def _respond(
    request: HttpRequest, status: int, template: str, detail: str, **context: object
) -> HttpResponse:
    if request.path.startswith(_API_PREFIX):
        return JsonResponse({"detail": detail}, status=status, json_dumps_params={"ensure_ascii": False})
    return render(request, template, {"texts": typed_text(request), **context}, status=status)


@never_cache
@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form could not be understood."""
    return _respond(request, 400, "400.html", _("请求无法识别"))


@never_cache
@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the reason that the service gave for people, if it gave one."""
    reason = str(exception)
    return _respond(request, 403, "403.html", reason or _("没有权限"), reason=reason)


@never_cache
@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: with the last part of the address as a ready-made search."""
    words = request.path.strip("/").rsplit("/", 1)[-1].replace("-", " ").replace("_", " ")
    return _respond(request, 404, "404.html", _("没有找到"), words=words[:60])


@never_cache
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 because the page had been open too long or cookies are off: the text is handed back to be copied."""
    return _respond(request, 403, "403_csrf.html", _("页面已过期"))


@never_cache
@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither database nor context, because either may be what failed."""
    if request.path.startswith(_API_PREFIX):
        return JsonResponse({"detail": _("系统出错")}, status=500, json_dumps_params={"ensure_ascii": False})
    return HttpResponse(get_template("500.html").render(), status=500)
