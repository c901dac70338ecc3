"""Addresses of the API under `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path

from consultations import api, outcome_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("consultations/", api.ConsultationListView.as_view(), name="api-consultations"),
    path("consultations/<int:pk>/", api.ConsultationDetailView.as_view(), name="api-consultation"),
    path("consultations/<int:pk>/comments/", api.CommentListView.as_view(), name="api-consultation-comments"),
    path("consultations/<int:pk>/outcome/", outcome_api.OutcomeView.as_view(), name="api-outcome"),
]
