#!/usr/bin/env python
"""Compiles the message catalogues that are newer than their compiled form; says so when gettext is not installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def compile_messages(root: Path = ROOT) -> int:
    """Compile `locale/*/LC_MESSAGES/*.po` under `root` where needed. Returns how many were compiled.

    Without `msgfmt` nothing is compiled and the interface stays Chinese. Raises CalledProcessError for a broken file.
    """
    stale = [source for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")) if _is_stale(source)]
    msgfmt = shutil.which("msgfmt")
    if stale and msgfmt is None:
        print("gettext is not installed: the English interface is not available.", file=sys.stderr)
        return 0
    for source in stale:
        subprocess.run(  # noqa: S603
            [str(msgfmt), "--check-format", "-o", str(source.with_suffix(".mo")), str(source)], check=True
        )
    return len(stale)


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    compile_messages()
