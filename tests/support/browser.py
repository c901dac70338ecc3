"""Finding a browser and keeping it quiet."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DEBIAN_CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


def executable() -> str:
    """Path of the installed Chromium, `CHROMIUM` first. Raises FileNotFoundError that says what to install."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    if DEBIAN_CHROMIUM.exists():
        return str(DEBIAN_CHROMIUM)
    for candidate in CANDIDATES:
        if found := shutil.which(candidate):
            return found
    raise FileNotFoundError(
        "browser tests need Chromium: install the package `chromium` or set CHROMIUM to its path"
    )
