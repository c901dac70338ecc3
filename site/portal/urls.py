"""Every address of the site, composed from the features (`architecture.md`, interfaces that stay stable)."""

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import health, views
from portal.home.sitemaps import sitemaps
from search.gazette.sitemaps import GazetteSitemap

sitemaps["gazette"] = GazetteSitemap

api_patterns = [
    path("", include("search.api_urls")),
    path("", include("search.gazette.api_urls")),
    path("", include("interpretations.api_urls")),
    path("", include("consultations.api_urls")),
]

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("feeds/", views.feeds, name="feeds"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include(api_patterns)),
    path("", include("portal.home.urls")),
    path("", include("search.urls")),
    path("", include("search.archive.urls")),
    path("", include("search.upkeep.urls")),
    path("", include("search.gazette.urls")),
    path("", include("search.alerts.urls")),
    path("", include("interpretations.urls")),
    path("", include("consultations.urls")),
    path("", include(wagtail_urls)),
]

if settings.DEBUG:
    urlpatterns = static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT) + urlpatterns

handler400 = "portal.home.errors.bad_request"
handler403 = "portal.home.errors.permission_denied"
handler404 = "portal.home.errors.page_not_found"
handler500 = "portal.home.errors.server_error"
