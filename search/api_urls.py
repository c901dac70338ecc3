from django.urls import path

from search.api import DocumentDetailView, DocumentListView

urlpatterns = [
    path("documents/", DocumentListView.as_view(), name="api_documents"),
    path("documents/<int:pk>/", DocumentDetailView.as_view(), name="api_document"),
]
