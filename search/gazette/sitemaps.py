"""The gazette's part of `/sitemap.xml`."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from search.gazette.models import GazetteIssue


class GazetteSitemap(Sitemap[GazetteIssue]):
    """Every published issue."""

    limit = 5000

    def items(self) -> QuerySet[GazetteIssue]:
        return GazetteIssue.objects.published().in_order()

    def lastmod(self, item: GazetteIssue) -> datetime | None:
        return item.published_at
