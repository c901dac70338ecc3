from django.urls import path

from interpretations import feeds, views

urlpatterns = [
    path("policies/", views.policy_list, name="policy_list"),
    path("policies/<str:slug>/", views.policy_detail, name="policy_detail"),
    path("feeds/policies/", feeds.LatestPolicies(), name="policy_feed"),
]
