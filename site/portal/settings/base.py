"""Settings shared by every environment, put together from their parts.

What differs between installations is read from the environment (`deploy/ENVIRONMENT.md`).
"""

from portal.settings.applications import *  # noqa: F403
from portal.settings.libraries import *  # noqa: F403
from portal.settings.logs import *  # noqa: F403
from portal.settings.paths import BASE_DIR, DATA_DIR, env
from portal.settings.security import *  # noqa: F403
from portal.settings.stores import *  # noqa: F403
from portal.settings.tasks import *  # noqa: F403

SITE_ID = 1
SILENCED_SYSTEM_CHECKS: list[str] = []

# The msgids of this project are Chinese (ADR 0011): zh-Hans needs no catalogue, English is complete in locale/en.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# From how many supporters a theme that was not taken up needs a public reason of its own (相对集中的意见).
OUTCOME_CONCENTRATED_THEME = env.int("OUTCOME_CONCENTRATED_THEME", default=5)

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

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="yanlu@localhost")
