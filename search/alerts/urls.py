from __future__ import annotations

from django.urls import path

from search.alerts import views
from search.alerts.feeds import SearchFeed

app_name = "alerts"
urlpatterns = [
    path("feeds/search/", SearchFeed(), name="feed"),
    path("alerts/new/", views.subscribe, name="subscribe"),
    path("alerts/sent/", views.sent, name="sent"),
    path("alerts/confirm/<str:token>/", views.confirm, name="confirm"),
    path("alerts/stop/<str:token>/", views.stop, name="stop"),
    path("alerts/manage/<str:token>/", views.manage, name="manage"),
]
