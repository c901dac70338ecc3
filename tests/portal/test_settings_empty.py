"""An address of a server that is set to nothing is not set: `DATABASE_URL= make run`, or a line left empty in a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN = """
import json
from django.conf import settings
print(json.dumps([
    settings.DATABASES["default"]["ENGINE"], settings.CACHES["default"]["BACKEND"], settings.CELERY_TASK_ALWAYS_EAGER
]))
"""
NAMES = ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "ELASTICSEARCH_URL")


def _settings(folder: Path, values: dict[str, str]) -> list[object]:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    environment = {
        **kept,
        **values,
        "YANLU_DATA": str(folder),
        "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
    }
    ran = subprocess.run(
        [sys.executable, "-c", SHOWN], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: list[object] = json.loads(ran.stdout)
    return found


def test_empty_addresses_are_no_addresses(tmp_path: Path) -> None:
    unset = _settings(tmp_path, {})
    assert unset[0] == "django.db.backends.sqlite3"
    assert _settings(tmp_path, dict.fromkeys(NAMES, "")) == unset
