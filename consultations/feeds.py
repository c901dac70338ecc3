"""`/feeds/consultations/`: consultations as they are published, as Atom."""

from __future__ import annotations

import datetime as dt

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import ConsultationPage
from consultations.plain import harmless
from consultations.selectors import published
from portal.feeds import AtomFeed
from portal.home.dates import day_text

FEED_SIZE = 30


class ConsultationFeed(Feed):  # type: ignore[type-arg]  # not generic when it runs
    """The latest consultations, newest first; no comments."""

    feed_type = AtomFeed
    title = gettext_lazy("征求意见 · 言路")
    subtitle = gettext_lazy("正在和即将公开征求意见的草案，从何时起，到何时止。")

    def link(self) -> str:
        return reverse("consultations:list")

    def feed_url(self) -> str:
        return reverse("consultations:feed")

    def items(self) -> list[ConsultationPage]:
        return list(published().order_by("-first_published_at", "-pk")[:FEED_SIZE])

    def item_title(self, item: ConsultationPage) -> str:
        return harmless(item.title)

    def item_description(self, item: ConsultationPage) -> str:
        if item.first_day is None or item.last_day is None:
            return harmless(item.summary)
        first, last = day_text(item.first_day), day_text(item.last_day)
        days = _("%(first)s 至 %(last)s 24:00 征求意见。") % {"first": first, "last": last}
        return harmless(f"{days}{item.summary}")

    def item_link(self, item: ConsultationPage) -> str:
        return item.public_path

    def item_guid(self, item: ConsultationPage) -> str:
        return f"consultation:{item.pk}"

    item_guid_is_permalink = False

    def item_author_name(self, item: ConsultationPage) -> str:
        return str(item.department or "")

    def item_pubdate(self, item: ConsultationPage) -> dt.datetime | None:
        published_at: dt.datetime | None = item.first_published_at
        return published_at

    def item_updateddate(self, item: ConsultationPage) -> dt.datetime | None:
        updated: dt.datetime | None = item.last_published_at
        return updated
