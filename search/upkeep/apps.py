from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "search.upkeep"
    label = "upkeep"
    verbose_name = _("清理与备案")

    def ready(self) -> None:
        from search.upkeep import signal_handlers  # noqa: F401  (connects)
