from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The project itself: system checks and what belongs to no single room."""

    name = "portal"
    label = "portal"
    verbose_name = _("言路")

    def ready(self) -> None:
        from portal import (
            checks,  # noqa: F401  (registers them)
            upkeep,
        )

        upkeep.register()
