from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("征求意见")

    def ready(self) -> None:
        from consultations import (
            audit,  # noqa: F401  # registers with Wagtail
            editor_hooks,  # noqa: F401  # registers with Wagtail
            outcome_guards,
            sections,
            signal_handlers,
            todo,
            workflow,
        )

        outcome_guards.connect()
        signal_handlers.connect()
        sections.register()
        todo.register()
        post_migrate.connect(
            workflow.ensure_opening_workflow, sender=self, dispatch_uid="consultations.workflow"
        )
