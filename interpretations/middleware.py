"""Last net of the publication gate: whatever screen ran into it shows what is missing instead of an error page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from interpretations.exceptions import PublicationBlocked


class PublicationBlockedMiddleware:
    """Turns PublicationBlocked into a message and a way back, or into JSON for programs (status 409)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only for PublicationBlocked; every other error goes its usual way."""
        if not isinstance(exception, PublicationBlocked):
            return None
        if self._wants_json(request):
            found = [
                {"code": o.code, "message": str(o.message), "anchor": o.anchor} for o in exception.obstacles
            ]
            return JsonResponse({"detail": exception.summary(), "obstacles": found}, status=409)
        messages.error(request, exception.summary())
        back = self._way_back(request)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            # Wagtail's review dialogs understand this answer and leave for the address given.
            return JsonResponse({"step": "success", "redirect": back})
        return redirect(back)

    @staticmethod
    def _wants_json(request: HttpRequest) -> bool:
        return "/api/" in request.path or request.headers.get("accept", "").startswith("application/json")

    @staticmethod
    def _way_back(request: HttpRequest) -> str:
        referer = request.headers.get("referer", "")
        if url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
            return referer
        # A page that refuses GET would loop or fail: the dashboard always answers.
        return request.path if request.path.endswith("/edit/") else reverse("wagtailadmin_home")
