"""The admin's own API for pages: an action happens as a whole or not at all."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.admin.api.actions.base import APIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet


def make_whole() -> None:
    """Every action of the API runs in a transaction of its own from here on.

    Wagtail writes page by page: refused at the second one, the first would be down, or the tree would count a child
    less than there are.
    """
    PagesAdminAPIViewSet.actions = {
        name: _whole(action) for name, action in PagesAdminAPIViewSet.actions.items()
    }


def _whole(action: type[APIAction]) -> type[APIAction]:
    class Whole(action):
        def execute(self, instance: Any, data: Any) -> Any:
            with transaction.atomic():
                return super().execute(instance, data)

    return Whole
