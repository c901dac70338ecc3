from django.urls import path

from interpretations import converters, feeds, views  # noqa: F401 (registers <policy_slug:…>)

urlpatterns = [
    path("policies/", views.policy_list, name="policy_list"),
    path("policies/<policy_slug:slug>/", views.policy_detail, name="policy_detail"),
    path("feeds/policies/", feeds.LatestPolicies(), name="policy_feed"),
]
