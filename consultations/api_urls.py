from django.urls import URLPattern, URLResolver, path

from consultations import outcome_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("consultations/<int:pk>/outcome/", outcome_api.OutcomeView.as_view(), name="api-outcome"),
]
