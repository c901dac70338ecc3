"""Tests: tasks run eagerly, passwords hash fast, data goes to a folder of its own."""

import os
import tempfile
import zlib
from pathlib import Path

os.environ.setdefault("YANLU_DATA", str(Path(tempfile.gettempdir()) / f"yanlu-test-{os.getuid()}"))

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, INSTALLED_APPS
from portal.settings.paths import BASE_DIR, DATA_DIR

INSTALLED_APPS = [*INSTALLED_APPS, "portal.demo"]
DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
AXES_ENABLED = False
RATELIMIT_ENABLE = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not :memory:, so that --reuse-db saves the migrations and the live server shares it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # One database for each data folder, so that two runs on one server do not meet.
    _which = zlib.crc32(str(DATA_DIR).encode())
    DATABASES["default"]["TEST"] = {"NAME": f"test_{DATABASES['default']['NAME']}_{_which:08x}"}
    # Threads of the live server must let go of the database by themselves.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
# Each xdist worker empties its cache before every test: a shared one would be emptied under the others.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# The suite runs on the embedded index; tests marked `services` name the server's address themselves.
SERVICES_ELASTICSEARCH_URL = os.environ.get("ELASTICSEARCH_URL", "")
ELASTICSEARCH_URL = ""
# The shipped synonyms alone: a search then asks the database for nothing but documents. Tests of the table unset it.
SEARCH_SYNONYMS_FILE = BASE_DIR / "search" / "data" / "synonyms.txt"
