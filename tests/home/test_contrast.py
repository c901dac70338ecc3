"""Contrast of the token pairs that the stylesheets put on each other (WCAG 2.2: 1.4.3 text 4.5, 1.4.11 marks 3)."""

from __future__ import annotations

import re

import pytest

from tests.home.conftest import REPOSITORY

TOKENS = (REPOSITORY / "static/css/tokens.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", TOKENS))
TEXT = 4.5
MARK = 3.0

GROUNDS = ("surface", "paper", "band")
TEXT_PAIRS = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-soft", "ink-muted", "accent", "accent-strong", "danger", "seal")
        for ground in GROUNDS
    ],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-seal", "seal"),
    ("seal", "seal-soft"),
    ("accent", "accent-soft"),
    ("accent-strong", "accent-soft"),
    *[(name, f"{name}-soft") for name in ("ok", "warn", "danger", "quiet", "ins", "del", "mark")],
    *[("ink", f"{name}-soft") for name in ("ok", "warn", "danger", "accent", "quiet", "mark")],
    ("ink-soft", "band-deep"),
    ("surface", "danger"),
    ("ink", "focus-halo"),
    ("on-ink", "ink"),
    ("on-ink-soft", "ink"),
]
MARK_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "paper"),
    ("accent", "surface"),
    ("accent", "band-deep"),
    ("seal", "surface"),
    ("focus", "focus-halo"),
    ("focus", "paper"),
    *[(name, f"{name}-soft") for name in ("ok", "warn", "danger", "quiet")],
]


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two `#rrggbb` colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_readable(ink: str, ground: str) -> None:
    assert contrast(COLOURS[ink], COLOURS[ground]) >= TEXT


@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_are_visible(mark: str, ground: str) -> None:
    assert contrast(COLOURS[mark], COLOURS[ground]) >= MARK


def test_body_text_exceeds_the_enhanced_level() -> None:
    for ground in GROUNDS:
        assert contrast(COLOURS["ink"], COLOURS[ground]) >= 12


def test_the_stand_alone_error_page_uses_the_same_colours() -> None:
    """500 must not depend on tokens.css, but must not drift from it either."""
    css = (REPOSITORY / "static/css/error.css").read_text(encoding="utf-8")
    assert set(re.findall(r"#[0-9a-f]{6}", css)) <= set(COLOURS.values())
