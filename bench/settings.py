"""Settings of the benchmarks: a throw-away data folder, the peer's model, and Wagtail's backend exactly as shipped."""

import os
import tempfile

# Processes beside the bench share its folder.
if "YANLU_DATA" not in os.environ:
    os.environ["YANLU_DATA"] = tempfile.mkdtemp(prefix="yanlu-bench-")

from portal.settings.test import *  # noqa: F403
from portal.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bench"]
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "portal.admin_search"},
    "stock": {"BACKEND": "wagtail.search.backends.database"},
}
# The benchmark indexes by itself; tasks are sent nowhere.
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
