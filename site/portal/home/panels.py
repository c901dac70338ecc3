"""Renders the panels that features registered, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from portal.home.registry import PanelRegistry


@dataclass(frozen=True)
class RenderedPanel:
    """`key` names the panel, `html` is its finished, safe markup."""

    key: str
    html: SafeString


def render_panels(
    registry: PanelRegistry, request: HttpRequest, at: datetime | None = None
) -> list[RenderedPanel]:
    """Every panel of `registry` at the moment `at` (default now); one that has nothing to show is left out."""
    moment = at or timezone.now()
    rendered = (
        RenderedPanel(
            panel.key,
            render_to_string(panel.template, dict(panel.context(request, moment)), request=request),
        )
        for panel in registry.ordered()
    )
    return [panel for panel in rendered if panel.html.strip()]
