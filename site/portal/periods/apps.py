from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeriodsConfig(AppConfig):
    name = "portal.periods"
    label = "periods"
    verbose_name = _("法定期限")

    def ready(self) -> None:
        from portal.periods.signal_handlers import connect

        connect()
