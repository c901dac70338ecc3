"""Features add their part of the home page, of the board and of the staff's to-do list here, in `AppConfig.ready()`.

Home imports no feature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from portal.organisations.duties import Duties

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


@dataclass(frozen=True)
class Todo:
    """One thing that waits for a person: `text` says what to do, about `title`, at `url`; `note` says why or by when."""

    title: str
    text: str
    url: str
    note: str = ""
    urgent: bool = False


TodoCollector = Callable[["Duties", datetime], Sequence[Todo]]


@dataclass(frozen=True)
class TodoSource:
    """One kind of work: `collect(duties, at)` gives what waits for the person, the most urgent first."""

    key: str
    order: int
    heading: StrOrPromise
    collect: TodoCollector


class TodoRegistry:
    """Sources by key; registering a key again replaces it, so reloads are harmless."""

    def __init__(self) -> None:
        self._sources: dict[str, TodoSource] = {}

    def register(self, *, key: str, order: int, heading: StrOrPromise, collect: TodoCollector) -> None:
        self._sources[key] = TodoSource(key, order, heading, collect)

    def ordered(self) -> list[TodoSource]:
        return sorted(self._sources.values(), key=lambda source: (source.order, source.key))


#: Blocks of `/`.
home_sections = PanelRegistry()
#: Blocks of `/board/`: deadlines, overdue, returned.
board_panels = PanelRegistry()
#: Parts of the staff's to-do list on the first page of `/admin/`.
todo_sources = TodoRegistry()
