"""What the public description of the API covers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

#: Ids beyond the database's integers cannot exist; some databases raise on them instead of finding nothing.
MAX_ID = 2**63 - 1
PUBLIC_PREFIX = "/api/v1/"

Endpoint = tuple[str, str, str, Callable[..., Any]]


def only_public(endpoints: list[Endpoint], **kwargs: Any) -> list[Endpoint]:
    """Keep the endpoints under `/api/v1/`; Wagtail's own admin API is nobody else's business."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PUBLIC_PREFIX)]


class KnownIds:
    """Mixed into views of one object: an id that no database can hold is not found."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before the handler is called. Raises NotFound."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if kwargs["pk"] > MAX_ID:
            raise NotFound
