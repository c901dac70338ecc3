from __future__ import annotations

from django.urls import URLPattern

app_name = "upkeep"
urlpatterns: list[URLPattern] = []
