from django.urls import path

from search.archive import views

app_name = "archive"
urlpatterns = [
    path("archive/", views.archive_list, name="list"),
    path("archive/<int:pk>/", views.document_detail, name="document"),
    path("archive/<int:pk>/relations/", views.document_relations, name="relations"),
    path("archive/<int:pk>/compare/<int:other>/", views.document_compare, name="compare"),
    path("archive/<int:pk>/original/", views.original_download, name="original"),
]
