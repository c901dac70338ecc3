"""Wagtail, the comments framework and the REST framework."""

from portal.settings.paths import env

# Wagtail
WAGTAIL_PAGE_MODEL = "home.BasePage"
WAGTAIL_SITE_NAME = "言路 Yanlu"
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "portal.admin_search"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = True
# Nothing is asked of other servers at run time.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
# A superuser signs nothing; who must act is told by `portal.home.review_mail`.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
# Files of a published policy keep the bytes that were signed.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "interpretations.file_forms.GuardedDocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "interpretations.file_forms.GuardedImageForm"
TAGGIT_CASE_INSENSITIVE = True

# Comments (django-comments-xtd behind our own model; its confirmation mail is not used: ADR 0008)
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MODEL = "consultations.models.PublicComment"
COMMENTS_XTD_CONFIRM_EMAIL = False
COMMENTS_XTD_MAX_THREAD_LEVEL = 1

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Yanlu API",
    "DESCRIPTION": "Normative files, policies, consultations and their outcomes. Read only; no personal data.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["portal.api.only_public"],
    # Served from the package, read only: nothing is loaded from or sent to another host.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "supportedSubmitMethods": ["get"], "validatorUrl": None},
    "COMPONENT_SPLIT_REQUEST": True,
}
