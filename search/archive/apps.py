from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "search.archive"
    label = "archive"
    verbose_name = _("规范性文件库")

    def ready(self) -> None:
        """Connect the receivers."""
        from search.archive import signal_handlers  # noqa: F401
