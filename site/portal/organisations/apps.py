from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "portal.organisations"
    label = "organisations"
    verbose_name = _("机构与人员")

    def ready(self) -> None:
        from portal.organisations.signal_handlers import connect

        connect()
