"""`/feeds/gazette/`: issues of the gazette as they are published, as Atom."""

from __future__ import annotations

import datetime as dt

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy

from portal.feeds import AtomFeed
from search.gazette.models import GazetteIssue

ENTRIES = 30


class GazetteFeed(Feed):  # type: ignore[type-arg]  # not generic when it runs
    """One entry an issue, with its contents; an erratum makes it new."""

    feed_type = AtomFeed
    title = gettext_lazy("政府公报")
    subtitle = gettext_lazy("新出版的政府公报及其目录，文本为标准文本。")
    item_guid_is_permalink = False

    def link(self) -> str:
        return reverse("gazette:list")

    def items(self) -> list[GazetteIssue]:
        published = GazetteIssue.objects.published().in_order().select_related("issuer")
        return list(published.prefetch_related("entries", "errata")[:ENTRIES])

    def item_title(self, item: GazetteIssue) -> str:
        return str(item)

    def item_description(self, item: GazetteIssue) -> str:
        """Errata first, then the titles in order; HTML as Atom says, every value escaped."""
        errata = format_html_join("", "<p>{}</p>", ((erratum.text,) for erratum in item.errata.all()))
        entries = sorted(item.entries.all(), key=lambda entry: entry.position)
        titles = format_html_join("", "<li>{}</li>", ((entry.printed_title,) for entry in entries))
        return format_html("{}<ol>{}</ol>", errata, titles)

    def item_link(self, item: GazetteIssue) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: GazetteIssue) -> str:
        return f"gazette:{item.year}/{item.number}"

    def item_author_name(self, item: GazetteIssue) -> str:
        return item.issuer.name

    def item_pubdate(self, item: GazetteIssue) -> dt.datetime | None:
        return item.published_at

    def item_updateddate(self, item: GazetteIssue) -> dt.datetime | None:
        corrected = [erratum.published_at for erratum in item.errata.all()]
        return max(corrected) if corrected else item.published_at
