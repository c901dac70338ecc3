"""Atom feeds of clean-up results and of registered filings."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.contrib.syndication.views import Feed
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.feeds import AtomFeed
from search.upkeep.enums import FilingResult
from search.upkeep.models import CleanupBatch, Filing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ENTRIES = 30


class LatestCleanups(Feed[CleanupBatch, None]):
    """One entry for each published clean-up."""

    feed_type = AtomFeed
    title = _("文件清理结果")
    subtitle = _("继续有效、拟修改、废止和宣布失效的文件目录")
    link = "/cleanups/"

    def items(self) -> list[CleanupBatch]:
        return list(CleanupBatch.objects.published().with_decision().with_counts()[:ENTRIES])

    def item_title(self, item: CleanupBatch) -> StrOrPromise:  # type: ignore[override]
        return item.title

    def item_description(self, item: CleanupBatch) -> StrOrPromise:  # type: ignore[override]
        return _t("%(decision)s，共 %(n)d 件文件。") % {
            "decision": item.decision_name,
            "n": getattr(item, "total", 0),
        }

    def item_pubdate(self, item: CleanupBatch) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: CleanupBatch) -> datetime | None:
        return item.published_at

    def item_author_name(self, item: CleanupBatch) -> str:
        return item.department.name


class RegisteredFilings(Feed[Filing, None]):
    """One entry for each document that was registered."""

    feed_type = AtomFeed
    title = _("规范性文件备案目录")
    subtitle = _("准予备案的规范性文件")
    link = "/filings/"

    def items(self) -> list[Filing]:
        registered = Filing.objects.visible().filter(result=FilingResult.REGISTERED)
        return list(registered.with_document().order_by("-answered_on", "-pk")[:ENTRIES])

    def item_title(self, item: Filing) -> StrOrPromise:  # type: ignore[override]
        return item.document.title

    def item_description(self, item: Filing) -> StrOrPromise:  # type: ignore[override]
        values = {"authority": item.authority, "number": item.registration_number}
        return _t("%(authority)s，备案登记号 %(number)s") % values

    def item_link(self, item: Filing) -> str:
        return item.document.get_absolute_url()

    def item_guid(self, item: Filing) -> str:
        return f"filing:{item.pk}"

    def item_pubdate(self, item: Filing) -> datetime | None:
        day = item.answered_on
        return timezone.make_aware(datetime.combine(day, time(0, 0))) if day else None

    def item_updateddate(self, item: Filing) -> datetime | None:
        return self.item_pubdate(item)
