"""Base rows of pages. `update` sends no signals of its own, so features are asked here before their rows are written."""

from __future__ import annotations

from typing import Any

from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from portal.home.signals import pages_written_in_bulk


class BasePageQuerySet(PageQuerySet):
    def update(self, **kwargs: Any) -> int:
        """Like any update, but a feature may refuse it for rows that are its own."""
        pages_written_in_bulk.send(sender=self.model, rows=self, values=kwargs)
        return int(super().update(**kwargs))

    update.alters_data = True  # type: ignore[attr-defined]


class BasePageManager(PageManager.from_queryset(BasePageQuerySet)):  # type: ignore[misc]
    """`BasePage.objects`."""
