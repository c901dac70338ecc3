"""Stylesheets: only tokens, nothing from elsewhere, small, and every badge has a mark besides its colour."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from consultations.enums import ConsultationState, DispositionStatus, Screening
from search.archive.enums import Validity
from tests.home.conftest import REPOSITORY

SHEETS = sorted((REPOSITORY / "static/css").glob("*.css"))
#: These may name colours: the tokens, paper, Wagtail's screens, and the page that must stand alone.
COLOUR_SHEETS = {"tokens.css", "print.css", "admin.css", "error.css"}
PAGE_SHEETS = ("tokens", "base", "layout", "components", "utilities", "print")
LARGEST_PAGE_BYTES = 56 * 1024
LARGEST_PAGE_GZIP_BYTES = 12 * 1024
COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)


def css(path: Path) -> str:
    return COMMENTS.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_nothing_comes_from_another_address(path: Path) -> None:
    source = css(path)
    assert not re.findall(r"(?:https?:)?//", source)
    assert "@import" not in source
    assert "@font-face" not in source


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_braces_match(path: Path) -> None:
    source = css(path)
    assert source.count("{") == source.count("}")


@pytest.mark.parametrize(
    "path", [p for p in SHEETS if p.name not in COLOUR_SHEETS], ids=lambda path: path.name
)
def test_colours_are_tokens(path: Path) -> None:
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\b(?:rgb|hsl|oklch)a?\(", css(path))
    assert found == []


def test_every_token_that_is_used_exists() -> None:
    source = "".join(css(path) for path in SHEETS)
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", source))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", source))
    assert {name for name in used - defined if not name.startswith("--w-")} == set()


def test_the_sheets_of_a_page_stay_small() -> None:
    whole = "".join(
        (REPOSITORY / f"static/css/{name}.css").read_text(encoding="utf-8") for name in PAGE_SHEETS
    )
    assert len(whole.encode()) <= LARGEST_PAGE_BYTES
    assert len(gzip.compress(whole.encode())) <= LARGEST_PAGE_GZIP_BYTES


STATES = [
    *Validity.values,
    *[state for state in ConsultationState.values if state != ConsultationState.DRAFT],
    *DispositionStatus.values,
    *[state for state in Screening.values if state != Screening.RECEIVED],
]


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_badge(state: str, stylesheet: str) -> None:
    assert re.search(rf"\.badge--{state}\b", stylesheet)


def _marks(stylesheet: str) -> dict[str, str]:
    """Mark of each badge as the cascade leaves it: a later rule wins."""
    marks: dict[str, str] = {}
    for selectors, body in re.findall(
        r"((?:\s*\.badge--[a-z_]+,?)+)\s*\{([^}]*)\}", COMMENTS.sub("", stylesheet)
    ):
        mark = re.search(r'--badge-mark:\s*"([^"]+)"', body)
        for name in re.findall(r"\.badge--([a-z_]+)", selectors):
            if mark:
                marks[name] = mark.group(1)
    return marks


@pytest.mark.parametrize(
    "family", [Validity, DispositionStatus, ConsultationState], ids=lambda family: family.__name__
)
def test_states_of_one_family_differ_without_colour(family: type[Validity], stylesheet: str) -> None:
    marks = _marks(stylesheet)
    shown = [marks.get(state, "○") for state in family.values]
    assert len(set(shown)) == len(shown), dict(zip(family.values, shown, strict=True))


def test_what_moves_asks_first() -> None:
    for path in SHEETS:
        source = css(path)
        for match in re.finditer(r"\b(?:transition|animation|scroll-behavior)\s*:", source):
            assert "prefers-reduced-motion: no-preference" in source[: match.start()], path.name
