"""Addresses of this room that are not pages of the tree."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import URLPattern, path

from portal.home import views
from portal.home.sitemaps import sitemaps

urlpatterns: list[URLPattern] = [
    path("board/", views.board, name="board"),
    path("departments/", views.department_list, name="departments"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", index, {"sitemaps": sitemaps, "sitemap_url_name": "sitemap"}, name="sitemap-index"),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": sitemaps}, name="sitemap"),
]
