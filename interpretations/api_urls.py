from django.urls import path

from interpretations import converters  # noqa: F401 (registers <policy_slug:…>)
from interpretations.api import PolicyDetail, PolicyList

urlpatterns = [
    path("policies/", PolicyList.as_view(), name="api_policy_list"),
    path("policies/<policy_slug:slug>/", PolicyDetail.as_view(), name="api_policy_detail"),
]
