"""Response headers Django does not set itself."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: A public portal needs none of the device's sensors. Fullscreen is for videos.
PERMISSIONS_POLICY = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in ("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation")
        ),
        *(
            f"{feature}=()"
            for feature in ("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb")
        ),
        "fullscreen=(self)",
    ]
)


class SecurityHeadersMiddleware:
    """Adds Permissions-Policy to every response that has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
