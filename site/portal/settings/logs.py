"""What is logged, and what never is."""

from typing import Any

from portal.settings.paths import env

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
