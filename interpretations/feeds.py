"""`/feeds/policies/`: the latest policies as Atom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.syndication.views import Feed
from django.utils.translation import gettext_lazy as _

from interpretations import selectors
from interpretations.models import PolicyDocumentPage
from portal.feeds import AtomFeed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ENTRIES = 30


class LatestPolicies(Feed[PolicyDocumentPage, None]):
    """One entry for each policy, released together with its interpretation."""

    feed_type = AtomFeed
    title = _("最新政策与解读")
    subtitle = _("政策文件与解读材料同步发布")
    link = "/policies/"

    def items(self) -> list[PolicyDocumentPage]:
        return list(selectors.latest(ENTRIES))

    def item_title(self, item: PolicyDocumentPage) -> StrOrPromise:  # type: ignore[override]
        return item.title

    def item_description(self, item: PolicyDocumentPage) -> StrOrPromise:  # type: ignore[override]
        return item.summary

    def item_link(self, item: PolicyDocumentPage) -> str:
        return item.public_path

    def item_pubdate(self, item: PolicyDocumentPage) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: PolicyDocumentPage) -> datetime | None:
        return item.last_published_at

    def item_author_name(self, item: PolicyDocumentPage) -> str:
        return item.issuing_authority
