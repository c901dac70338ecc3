"""The main navigation and the steps of making a comment, as data for the templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The addresses are the stable interface of the site; home imports no feature, so they are written out here.
MAIN_NAVIGATION: tuple[tuple[str, Promise], ...] = (
    ("/", _("首页")),
    ("/policies/", _("政策")),
    ("/consultations/", _("征求意见")),
    ("/search/", _("文件库检索")),
    ("/receipts/", _("回执查询")),
    ("/board/", _("督办公示")),
)
#: Pages of the archive, the gazette and subscriptions belong to the search in the navigation.
_ALSO_UNDER = {
    "/archive/": "/search/",
    "/gazette/": "/search/",
    "/alerts/": "/search/",
    "/cleanups/": "/search/",
    "/filings/": "/board/",
}
COMMENT_STEPS: tuple[tuple[str, Promise], ...] = (
    ("write", _("填写意见")),
    ("review", _("核对")),
    ("receipt", _("领取回执")),
)


@dataclass(frozen=True)
class NavigationEntry:
    """`current` is the value for `aria-current`: this very page, somewhere below it, or not at all."""

    url: str
    label: str
    current: Literal["page", "true", ""]


@dataclass(frozen=True)
class Crumb:
    """One place on the way here; without `url` it is the page itself."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    label: str
    done: bool
    current: bool


def main_navigation(request: HttpRequest | None) -> list[NavigationEntry]:
    """The entries of the header; none is current when there is no request (a rendered error page)."""
    path = request.path if request is not None else ""
    for prefix, target in _ALSO_UNDER.items():
        if path.startswith(prefix):
            path = f"{target}{path[len(prefix) :]}"
    return [NavigationEntry(url, str(label), _current(url, path)) for url, label in MAIN_NAVIGATION]


def _current(url: str, path: str) -> Literal["page", "true", ""]:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""


def comment_steps(current: str) -> list[Step]:
    """The steps of commenting with `current` (`write`, `review` or `receipt`) marked; raises ValueError for another."""
    keys = [key for key, _label in COMMENT_STEPS]
    position = keys.index(current)
    return [
        Step(str(label), index < position, index == position)
        for index, (_key, label) in enumerate(COMMENT_STEPS)
    ]
