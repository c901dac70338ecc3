"""Fixtures of the home room."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def stylesheet() -> str:
    """The components' stylesheet as text."""
    return (REPOSITORY / "static/css/components.css").read_text(encoding="utf-8")
