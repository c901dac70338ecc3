"""What the public description of the API covers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PUBLIC_PREFIX = "/api/v1/"

Endpoint = tuple[str, str, str, Callable[..., Any]]


def only_public(endpoints: list[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """Keep the endpoints under `/api/v1/`; Wagtail's own admin API is nobody else's business."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PUBLIC_PREFIX)]
