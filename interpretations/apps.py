from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InterpretationsConfig(AppConfig):
    name = "interpretations"
    verbose_name = _("政策与解读")

    def ready(self) -> None:
        from interpretations import board, signal_handlers, todo
        from portal.home.registry import board_panels, home_sections

        signal_handlers.connect()
        todo.register()
        home_sections.register(
            key="policies",
            order=30,
            template="interpretations/home_latest.html",
            context=board.latest_policies,
        )
        board_panels.register(
            key="returns", order=30, template="interpretations/board_returns.html", context=board.returns
        )
        board_panels.register(
            key="awaiting_sign_off",
            order=31,
            template="interpretations/board_awaiting.html",
            context=board.awaiting_sign_off,
        )
        board_panels.register(
            key="policy_reminders",
            order=32,
            template="interpretations/board_reminders.html",
            context=board.reminders,
        )
