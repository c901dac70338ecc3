from django.urls import path

from search.gazette.api import IssueDetailView, IssueListView

urlpatterns = [
    path("gazette/", IssueListView.as_view(), name="api_gazette"),
    path("gazette/<int:year>/<int:number>/", IssueDetailView.as_view(), name="api_gazette_issue"),
]
