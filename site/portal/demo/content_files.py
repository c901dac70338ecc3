"""Reading the demo's texts: TOML between two `+++` lines, then sections that begin with `## heading`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"
FENCE = "+++"
HEADING = "## "
_PLACEHOLDER = re.compile(r"\{\{([\w:-]+)\}\}")


@dataclass(frozen=True)
class Entry:
    """One content file: `name` is the file's stem; `sections` keeps the order of (heading, text)."""

    name: str
    meta: Mapping[str, Any]
    text: str
    sections: tuple[tuple[str, str], ...] = field(default=())

    def section(self, heading: str) -> str:
        """Text under `heading`, or an empty string."""
        return next((text for found, text in self.sections if found == heading), "")


def read(path: Path) -> Entry:
    """One file. Raises ValueError when the front matter is not closed, TOMLDecodeError when it is wrong."""
    raw = path.read_text(encoding="utf-8")
    head, closed, body = raw.removeprefix(f"{FENCE}\n").partition(f"{FENCE}\n")
    if not raw.startswith(f"{FENCE}\n") or not closed:
        raise ValueError(f"{path}: no front matter between {FENCE} lines")
    return Entry(path.stem, tomllib.loads(head), body, tuple(_sections(body)))


def read_folder(name: str) -> list[Entry]:
    """Every file of a content folder, by file name."""
    return [read(path) for path in sorted((CONTENT / name).glob("*.txt"))]


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """`value` with every `{{name}}` in its texts replaced. Raises KeyError for a name nobody gave."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: values[match.group(1)], value)
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, dict):
        return {name: fill(item, values) for name, item in value.items()}
    return value


def _sections(body: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in re.split(rf"^{HEADING}", body, flags=re.MULTILINE)[1:]:
        heading, _newline, text = part.partition("\n")
        found.append((heading.strip(), text.strip()))
    return found
