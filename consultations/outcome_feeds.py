"""`/feeds/outcomes/`: outcomes as they are published, as Atom."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Outcome
from consultations.selectors import published
from portal.feeds import AtomFeed

#: Entries in the feed.
FEED_SIZE = 30


class OutcomeFeed(Feed):  # type: ignore[type-arg]  # not generic when it runs
    """The latest published outcomes, newest first; no comment text and no names."""

    feed_type = AtomFeed
    title = gettext_lazy("采纳情况 · 言路")
    subtitle = gettext_lazy("公开征求意见的采纳情况：公布了什么，为什么。")

    def link(self) -> str:
        return "/consultations/"

    def feed_url(self) -> str:
        return reverse("consultations:outcome_feed")

    def items(self) -> QuerySet[Outcome]:
        readable = published().order_by().values("pk")
        found: QuerySet[Outcome] = Outcome.objects.published().filter(consultation__in=readable)
        return found.select_related("consultation", "consultation__department").order_by("-published_at")[
            :FEED_SIZE
        ]

    def item_title(self, item: Outcome) -> str:
        return _("%(title)s：采纳情况") % {"title": item.consultation.title}

    def item_description(self, item: Outcome) -> str:
        return item.introduction or item.consultation.summary

    def item_link(self, item: Outcome) -> str:
        return reverse("consultations:outcome", args=[item.consultation.slug])

    def item_guid(self, item: Outcome) -> str:
        return f"outcome:{item.pk}"

    item_guid_is_permalink = False

    def item_author_name(self, item: Outcome) -> str:
        return str(item.consultation.department or "")

    def item_pubdate(self, item: Outcome) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Outcome) -> datetime | None:
        return item.published_at
