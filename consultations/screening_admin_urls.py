"""Addresses of the moderator's screens under `/admin/screening/`."""

from django.urls import path

from consultations import screening_admin

app_name = "screening_admin"

urlpatterns = [
    path("", screening_admin.index, name="index"),
    path("<int:pk>/", screening_admin.comment, name="comment"),
]
