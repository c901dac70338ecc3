from django.urls import path

from interpretations.api import PolicyDetail, PolicyList

urlpatterns = [
    path("policies/", PolicyList.as_view(), name="api_policy_list"),
    path("policies/<str:slug>/", PolicyDetail.as_view(), name="api_policy_detail"),
]
