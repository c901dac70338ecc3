from django.urls import path

from search.upkeep import views
from search.upkeep.feeds import LatestCleanups, RegisteredFilings

app_name = "upkeep"
urlpatterns = [
    path("cleanups/", views.cleanup_list, name="cleanups"),
    path("cleanups/<int:pk>/", views.cleanup_detail, name="cleanup"),
    path("cleanups/<int:pk>/results.csv", views.cleanup_csv, name="cleanup_csv"),
    path("filings/", views.filing_list, name="filings"),
    path("filings/filings.csv", views.filing_csv, name="filings_csv"),
    path("feeds/cleanups/", LatestCleanups(), name="cleanup_feed"),
    path("feeds/filings/", RegisteredFilings(), name="filing_feed"),
]
