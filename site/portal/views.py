"""Pages that belong to no room: the list of feeds, the description of the API, too many failed sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

FEEDS_PREFIX = "feeds/"
SECONDS_PER_MINUTE = 60


@dataclass(frozen=True)
class FeedLink:
    """One feed to subscribe to."""

    title: str
    description: str
    path: str


def feed_links() -> list[FeedLink]:
    """Every feed without parameters that some room has put under `/feeds/`, by title."""
    found = [
        FeedLink(str(getattr(feed, "title", path)).split(" · ")[0], str(getattr(feed, "subtitle", "")), path)
        for path, feed in _feeds(get_resolver().url_patterns, "")
    ]
    return sorted(found, key=lambda link: link.path)


def _feeds(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Feed[Any, Any]]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if path.startswith(FEEDS_PREFIX) or not path:
                yield from _feeds(pattern.url_patterns, path)
        elif path.startswith(FEEDS_PREFIX) and "<" not in path and isinstance(pattern.callback, Feed):
            yield f"/{path}", pattern.callback


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """`/feeds/`: what can be subscribed to."""
    return render(request, "portal/feeds.html", {"feeds": feed_links()})


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer to a sign-in after too many failures: says how long to wait. 429, also as JSON for scripts."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // SECONDS_PER_MINUTE
    message = _("登录失败次数过多，请在 %(minutes)d 分钟后再试，或请管理员重置密码。") % {"minutes": minutes}
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        response: HttpResponse = JsonResponse({"detail": message}, status=429)
    else:
        response = render(request, "portal/locked_out.html", {"message": message}, status=429)
    response.headers["Retry-After"] = str(minutes * SECONDS_PER_MINUTE)
    return response
