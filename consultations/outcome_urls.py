"""Public addresses of outcomes, included by `consultations.urls` (same namespace)."""

from django.urls import path

from consultations import outcome_feeds, outcome_views

urlpatterns = [
    path("consultations/<str:slug>/outcome/", outcome_views.outcome, name="outcome"),
    path("consultations/<str:slug>/outcome/themes/<int:pk>/", outcome_views.theme, name="outcome_theme"),
    path("consultations/<str:slug>/outcome/single/", outcome_views.single, name="outcome_single"),
    path("feeds/outcomes/", outcome_feeds.OutcomeFeed(), name="outcome_feed"),
]
