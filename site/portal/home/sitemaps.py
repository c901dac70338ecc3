"""`/sitemap.xml`: the pages of the tree and the lists; features add theirs with `sitemaps[...] = …` in `ready()`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from wagtail.query import PageQuerySet

from portal.home.models import BasePage

LISTS = (
    "/policies/",
    "/consultations/",
    "/search/",
    "/gazette/",
    "/cleanups/",
    "/filings/",
    "/board/",
    "/departments/",
)


class ListSitemap(Sitemap[str]):
    """The addresses that list things."""

    changefreq = "daily"

    def items(self) -> list[str]:
        return list(LISTS)

    def location(self, item: str) -> str:
        return item


class PageSitemap(Sitemap[BasePage]):
    """Every live page that needs no login: home, departments, sections, policies, consultations."""

    limit = 5000

    def items(self) -> PageQuerySet:
        return BasePage.objects.live().public().filter(depth__gt=1).order_by("path").specific()

    def location(self, item: BasePage) -> str:
        return item.url or "/"

    def lastmod(self, item: BasePage) -> datetime | None:
        return item.last_published_at


#: Read at every request, so that a feature can register at start whatever the order of the apps.
sitemaps: dict[str, type[Sitemap[Any]]] = {
    "lists": ListSitemap,
    "pages": PageSitemap,
}
