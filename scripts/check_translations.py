#!/usr/bin/env python
"""Texts a person reads are Chinese in the code (ADR 0011); this checks that every one of them has its English.

Without arguments: fail when a text is missing from locale/en, is fuzzy or empty, when its placeholders differ, or when
the catalogue keeps texts nobody uses any more. With --update: collect the texts into locale/en and keep what is there.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = ("site/portal", "search", "interpretations", "consultations", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
SHOWN = 40
#: Django's command, told that `_t` marks texts, too: modules that need both kinds of gettext call the eager one so.
MAKEMESSAGES = """
import sys
from django.core.management import execute_from_command_line
from django.core.management.commands.makemessages import Command
Command.xgettext_options = [*Command.xgettext_options, "--keyword=_t"]
execute_from_command_line(sys.argv)
"""


def collect() -> polib.POFile:
    """Every text marked for translation in the sources, without translations. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for source in SOURCES:
            if (ROOT / source).is_dir():
                shutil.copytree(
                    ROOT / source, work / source, ignore=shutil.ignore_patterns("migrations", "__pycache__")
                )
        (work / "locale" / "en").mkdir(parents=True)
        command = [
            sys.executable,
            "-c",
            MAKEMESSAGES,
            "makemessages",
            "-l",
            "en",
            "--no-wrap",
            "--no-obsolete",
            "-v",
            "0",
        ]
        subprocess.run(command, cwd=work, check=True, env=_environment())  # noqa: S603
        return polib.pofile(str(work / "locale" / "en" / "LC_MESSAGES" / "django.po"))


def _environment() -> dict[str, str]:
    import os

    # No settings: makemessages must look at the copy only.
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


def problems(wanted: polib.POFile, catalogue: polib.POFile) -> list[str]:
    """What is wrong with `catalogue`, one line each, given the texts `wanted`."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    found: list[str] = []
    for entry in wanted:
        where = ":".join(entry.occurrences[0]) if entry.occurrences else "?"
        own = known.pop((entry.msgctxt, entry.msgid), None)
        texts = [] if own is None else (list(own.msgstr_plural.values()) or [own.msgstr])
        if own is None:
            found.append(f"{where}: missing: {entry.msgid!r}")
        elif own.fuzzy or not all(texts):
            found.append(f"{where}: {'fuzzy' if own.fuzzy else 'empty'}: {entry.msgid!r}")
        elif any(_placeholders(text) != _placeholders(entry.msgid) for text in texts):
            found.append(f"{where}: other placeholders in {texts!r} than in {entry.msgid!r}")
    found.extend(f"{CATALOGUE.name}: no longer used: {msgid!r}" for _, msgid in known)
    return found


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def update(wanted: polib.POFile) -> None:
    """Write `wanted` to the catalogue with the translations it already has; unused ones are dropped."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    if CATALOGUE.exists():
        old = {
            (entry.msgctxt, entry.msgid): entry
            for entry in polib.pofile(str(CATALOGUE))
            if not entry.obsolete
        }
        for entry in wanted:
            if same := old.get((entry.msgctxt, entry.msgid)):
                entry.msgstr, entry.msgstr_plural, entry.flags = same.msgstr, same.msgstr_plural, same.flags
    for entry in wanted:
        # Line numbers change with every edit; the file is enough to find a text again.
        entry.occurrences = sorted({(path, "") for path, _ in entry.occurrences})
    wanted.metadata = {
        "Project-Id-Version": "yanlu",
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    wanted.header = ""
    wanted.save(str(CATALOGUE))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="collect texts into locale/en")
    arguments = parser.parse_args()
    wanted = collect()
    if arguments.update:
        update(wanted)
    if not CATALOGUE.exists():
        print(
            f"{CATALOGUE.relative_to(ROOT)} does not exist; {len(wanted)} texts await translation.",
            file=sys.stderr,
        )
        return 1
    found = problems(wanted, polib.pofile(str(CATALOGUE)))
    for line in found[:SHOWN]:
        print(line, file=sys.stderr)
    if len(found) > SHOWN:
        print(f"… and {len(found) - SHOWN} more", file=sys.stderr)
    print(f"translations: {len(wanted)} texts, {len(found)} problems")
    return 1 if found and not arguments.update else 0


if __name__ == "__main__":
    sys.exit(main())
