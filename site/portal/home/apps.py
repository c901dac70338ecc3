from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "portal.home"
    label = "home"
    verbose_name = _("首页与栏目")

    def ready(self) -> None:
        from datetime import datetime

        from portal.home import admin_api, signal_handlers
        from portal.home.registry import home_sections

        signal_handlers.connect()
        admin_api.make_whole()

        def nothing(request: HttpRequest, at: datetime) -> dict[str, object]:
            return {}

        # The search room may register the same key with a richer hero; this one always works.
        home_sections.register(key="search", order=10, template="home/sections/search.html", context=nothing)
