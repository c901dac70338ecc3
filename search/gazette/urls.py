from __future__ import annotations

from django.urls import path

from search.gazette import views
from search.gazette.feeds import GazetteFeed

app_name = "gazette"
urlpatterns = [
    path("gazette/", views.issue_list, name="list"),
    path("gazette/<int:year>/<int:number>/", views.issue_detail, name="issue"),
    path("gazette/<int:year>/<int:number>/pdf/", views.issue_pdf, name="pdf"),
    path("feeds/gazette/", GazetteFeed(), name="feed"),
]
