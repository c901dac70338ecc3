"""Features add their part of the home page and of the board here, in `AppConfig.ready()`; home imports no feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

ContextBuilder = Callable[[HttpRequest, datetime], Mapping[str, Any]]


@dataclass(frozen=True)
class Panel:
    """One block of the page: `template` is rendered with what `context(request, at)` returns."""

    key: str
    order: int
    template: str
    context: ContextBuilder


class PanelRegistry:
    """Panels by key; registering a key again replaces it, so reloads are harmless."""

    def __init__(self) -> None:
        self._panels: dict[str, Panel] = {}

    def register(self, *, key: str, order: int, template: str, context: ContextBuilder) -> None:
        self._panels[key] = Panel(key, order, template, context)

    def ordered(self) -> list[Panel]:
        return sorted(self._panels.values(), key=lambda panel: (panel.order, panel.key))


#: Blocks of `/`.
home_sections = PanelRegistry()
#: Blocks of `/board/`: deadlines, overdue, returned.
board_panels = PanelRegistry()
