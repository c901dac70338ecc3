#!/usr/bin/env python
"""Compiles the message catalogues that are newer than their compiled form; says so when gettext is not installed.

Our texts are Chinese in the code (ADR 0011), so the Chinese catalogue has none of them. Looking up what is nowhere goes
through the catalogues of every installed package, a hundred times a page; so the compiled Chinese catalogue says of each
text that it is translated by itself.
"""

from __future__ import annotations

import gettext
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: The language of the texts in the code, and the one that every text is translated to.
OWN, OTHER = "zh_Hans", "en"


def compile_messages(root: Path = ROOT) -> int:
    """Compile `locale/*/LC_MESSAGES/*.po` under `root` where needed. Returns how many were compiled.

    Without `msgfmt` nothing is compiled and the interface stays Chinese. Raises CalledProcessError for a broken file.
    """
    # In this order, for ours is made of the other one.
    sources = [source for name in (OTHER, OWN) for source in sorted((root / "locale" / name).glob("*/*.po"))]
    stale = [source for source in sources if _is_stale(source)]
    msgfmt = shutil.which("msgfmt")
    if stale and msgfmt is None:
        print("gettext is not installed: the English interface is not available.", file=sys.stderr)
        return 0
    for source in stale:
        text = "\n".join((source.read_text(encoding="utf-8"), *_own_texts(source)))
        subprocess.run(  # noqa: S603
            [str(msgfmt), "--check-format", "-o", str(source.with_suffix(".mo")), "-"],
            input=text.encode(),
            check=True,
        )
    return len(stale)


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    newest = max(path.stat().st_mtime for path in (source, _other(source)) if path.exists())
    return not compiled.exists() or compiled.stat().st_mtime < newest


def _other(source: Path) -> Path:
    """The same catalogue in the other language."""
    return source.parents[2] / OTHER / source.parent.name / source.name


def _own_texts(source: Path) -> Iterator[str]:
    """Yield entries for the texts of the code that `source`, ours, lacks: each its own translation."""
    compiled = _other(source).with_suffix(".mo")
    if source.parents[1].name != OWN or not compiled.exists():
        return
    known = source.read_text(encoding="utf-8")
    for text in _read(compiled):
        quoted = json.dumps(text, ensure_ascii=False)
        if f"msgid {quoted}\n" not in known:
            yield f"\nmsgid {quoted}\nmsgstr {quoted}"


def _read(compiled: Path) -> list[str]:
    """Return the texts of a compiled catalogue; none that depends on a number or on what stands around it."""
    with compiled.open("rb") as file:
        catalogue: dict[object, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return sorted(text for text in catalogue if isinstance(text, str) and text and "\x04" not in text)


if __name__ == "__main__":
    compile_messages()
