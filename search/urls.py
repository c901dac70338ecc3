from django.urls import path

from search.completion_views import suggest
from search.views import advanced_page, facet_page, search_page

urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/advanced/", advanced_page, name="search_advanced"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("search/values/<slug:name>/", facet_page, name="search_values"),
]
