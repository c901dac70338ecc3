"""Settings shared by every environment. What differs is read from the environment (`deploy/ENVIRONMENT.md`)."""

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env("YANLU_DATA", default=str(BASE_DIR / "var"))).resolve()
STATIC_ROOT = DATA_DIR / "static"
# A data folder that cannot be written is reported by a system check (yanlu.E004), not by a traceback here.
with contextlib.suppress(OSError):
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "portal",
    "portal.organisations",
    "portal.periods",
    "portal.home",
    "search",
    "search.archive",
    "search.upkeep",
    "search.gazette",
    "search.alerts",
    "interpretations",
    "consultations",
    "django_comments_xtd",
    "django_comments",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.syndication",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "interpretations.middleware.PublicationBlockedMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'yanlu.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while the worker writes; IMMEDIATE avoids a read transaction that cannot be upgraded.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
        }
    )
else:
    # A connection for each request costs more than most queries; one the server closed is noticed and replaced.
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"

# The msgids of this project are Chinese (ADR 0011): zh-Hans needs no catalogue, English is complete in locale/en.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SITE_ID = 1
#: Set by production when the environment has no SECRET_KEY (yanlu.E001).
SECRET_KEY_IS_MISSING = False
# Shared by every process; without CACHE_URL limits are kept per process (yanlu.W005). A Redis that is down is an empty
# cache, not an error page.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
if CACHES["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    CACHES["default"]["BACKEND"] = "portal.caches.PatientRedisCache"
    CACHES["default"].setdefault("OPTIONS", {}).update({"socket_connect_timeout": 1, "socket_timeout": 1})

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
# Files of a published policy keep the bytes that were signed.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "interpretations.file_forms.GuardedDocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "interpretations.file_forms.GuardedImageForm"
TAGGIT_CASE_INSENSITIVE = True

# Comments (django-comments-xtd behind our own model; its confirmation mail is not used: ADR 0008)
COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MODEL = "consultations.models.PublicComment"
COMMENTS_XTD_CONFIRM_EMAIL = False
COMMENTS_XTD_MAX_THREAD_LEVEL = 1

# From how many supporters a theme that was not taken up needs a public reason of its own (相对集中的意见).
OUTCOME_CONCENTRATED_THEME = env.int("OUTCOME_CONCENTRATED_THEME", default=5)

# Celery: a broker in the file system needs no server; Redis replaces it by CELERY_BROKER_URL.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = DATA_DIR / "queue"
    for _name in ("messages", "processed", "control"):
        with contextlib.suppress(OSError):
            (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
    }
else:
    # A task whose worker was killed is handed out again after this many seconds. Tasks that last longer run twice,
    # which they all survive. A page must not wait long for a queue that does not answer.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=600),
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }
    CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
# Tasks carry no data and may last: a worker takes one at a time, and the one it was killed in is done again.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    # Alerts on searches: what is new for whom, what waits to be sent, whose address has served its time.
    "alerts.run_due": {"task": "search.alerts.tasks.run_due", "schedule": crontab(minute="*/15")},
    "alerts.send_due": {"task": "search.alerts.tasks.send_due", "schedule": crontab(minute="*/5")},
    "alerts.purge": {"task": "search.alerts.tasks.purge", "schedule": crontab(hour=0, minute=45)},
    # A publication wakes the worker itself; this finds what was written while the queue could not be reached.
    # All of the index is read for damage once a night.
    "search.check_index": {"task": "search.tasks.build_index", "schedule": crontab(hour=3, minute=40)},
    "search.catch_up": {"task": "search.tasks.catch_up", "schedule": crontab(), "options": {"expires": 55}},
    # Contact details after their retention period; what was typed and never confirmed.
    # A publication has its relations read at once; this takes up what an import or a lost task left behind.
    "archive.read_relations": {"task": "search.archive.tasks.read_relations", "schedule": crontab(minute=25)},
    "consultations.purge_contacts": {
        "task": "consultations.tasks.purge_contacts",
        "schedule": crontab(hour=0, minute=20),
    },
    "consultations.purge_pending": {
        "task": "consultations.tasks.purge_pending",
        "schedule": crontab(minute=35),
    },
    "interpretations.publish_scheduled": {
        "task": "interpretations.tasks.publish_scheduled",
        "schedule": crontab(),
    },
    # Documents whose validity ends within the reminder period: one digest to each department.
    "upkeep.remind_of_expiry": {
        "task": "search.upkeep.tasks.remind_of_expiry",
        "schedule": crontab(hour=7, minute=30),
    },
    # Assignments begin and end at midnight, Asia/Shanghai.
    "organisations.sync_all_groups": {
        "task": "portal.organisations.tasks.sync_all_groups",
        "schedule": crontab(hour=0, minute=5),
    },
}

# Search
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_API_KEY = env("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_CA_CERTS = env("ELASTICSEARCH_CA_CERTS", default="")
ELASTICSEARCH_SHARDS = env.int("ELASTICSEARCH_SHARDS", default=1)
# Seconds. A reader waits for the first; the second is for writing, where nobody waits.
ELASTICSEARCH_SEARCH_TIMEOUT = env.float("ELASTICSEARCH_SEARCH_TIMEOUT", default=3.0)
ELASTICSEARCH_WRITE_TIMEOUT = env.float("ELASTICSEARCH_WRITE_TIMEOUT", default=60.0)
SEARCH_INDEX_PREFIX = env("SEARCH_INDEX_PREFIX", default="yanlu")
SEARCH_INDEX_DIR = DATA_DIR / "index"
ARCHIVE_ORIGINALS_DIR = DATA_DIR / "originals"

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

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/django-admin/"),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
CSRF_FAILURE_VIEW = "portal.home.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"  # Wagtail itself allows its previews
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"

# Sign-in: after ten failures for the same name from the same address, a quarter of an hour's pause.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "portal.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=0) or None
AXES_VERBOSE = False

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="yanlu@localhost")
SILENCED_SYSTEM_CHECKS: list[str] = []

# Logs go to the console, one line each, without addresses of people, form contents or query strings. No handler mails
# error reports: they would carry what citizens typed.
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"private": {"()": "portal.logs.PrivateDataFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # The file-system broker has no host, and says so at every connection.
        "kombu.connection": {"level": "ERROR"},
        # One line per request otherwise.
        "elastic_transport": {"level": "WARNING"},
        "pdfminer": {"level": "ERROR"},
        "pypdf": {"level": "ERROR"},
    },
}
