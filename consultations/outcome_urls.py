"""Public addresses of outcomes."""

from django.urls import path

from consultations import outcome_feeds, outcome_views

app_name = "outcomes"

urlpatterns = [
    path("consultations/<str:slug>/outcome/", outcome_views.outcome, name="outcome"),
    path("consultations/<str:slug>/outcome/themes/<int:pk>/", outcome_views.theme, name="theme"),
    path("consultations/<str:slug>/outcome/single/", outcome_views.single, name="single"),
    path("feeds/outcomes/", outcome_feeds.OutcomeFeed(), name="feed"),
]
