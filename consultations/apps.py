from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("征求意见")

    def ready(self) -> None:
        from consultations import outcome_guards

        outcome_guards.connect()
