"""Pages that hold what one person typed: not cached anywhere, not indexed, not framed, not passed on as a referrer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def keep_private(view: View) -> View:
    """Add `no-store`, `noindex`, `same-origin` and `DENY` headers to every answer of `view`."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # "no-referrer" would send `Origin: null` with forms, which the CSRF check refuses.
        response["Referrer-Policy"] = "same-origin"
        response["X-Frame-Options"] = "DENY"
        return response

    return wrapped
