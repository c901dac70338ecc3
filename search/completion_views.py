"""`/search/suggest/`: what to offer while somebody types, as JSON for `static/js/search-suggest.js`.

It may be slow or away: the search box works without it.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_ratelimit.core import is_ratelimited

from search.completion import Completion, Kind, complete
from search.engines.base import EngineUnavailable

GROUP = "search.suggest"
#: Requests of one address; `SUGGEST_RATE` in the settings overrides it. One office often shares one address.
RATE = "300/m"
#: Seconds an answer may be kept by the browser that asked.
CACHE_SECONDS, RETRY_SECONDS = 60, 30


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Answer `{"q", "groups": [{"kind", "label", "items": [{"text", "note", "url", "marks"}]}]}`."""
    rate = getattr(settings, "SUGGEST_RATE", RATE)
    q = request.GET.get("q", "")
    if is_ratelimited(request, group=GROUP, key="ip", rate=rate, increment=True):
        return _later(429)
    try:
        found = complete(q)
    except EngineUnavailable:
        return _later(503)
    response = JsonResponse({"q": q, "groups": _groups(found)})
    # Private: labels are in the reader's language.
    patch_cache_control(response, private=True, max_age=CACHE_SECONDS)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


def _groups(found: tuple[Completion, ...]) -> list[dict[str, object]]:
    labels = {
        Kind.NUMBER: _("发文字号 · 打开文件"),
        Kind.WORD: _("检索词"),
        Kind.TITLE: _("标题 · 打开文件"),
        Kind.ISSUER: _("制发机关 · 查其全部文件"),
    }
    groups: dict[Kind, list[dict[str, object]]] = {}
    for item in found:
        shown: dict[str, object] = {
            "text": item.text,
            "note": item.note,
            "url": item.url,
            "marks": item.marks,
        }
        groups.setdefault(item.kind, []).append(shown)
    return [{"kind": kind, "label": labels[kind], "items": items} for kind, items in groups.items()]


def _later(status: int) -> JsonResponse:
    response = JsonResponse({"groups": []}, status=status)
    response["Retry-After"] = str(RETRY_SECONDS)
    patch_cache_control(response, no_store=True)
    return response
