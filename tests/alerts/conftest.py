"""Every test of this room has an index of its own, and a way to bring a document into archive, journal and index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search import indexing
from search.archive.models import NormativeDocument
from search.archive.services import tell_index
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def _index_folder(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.WAGTAILADMIN_BASE_URL = "https://yanlu.example"


@pytest.fixture
def enters(db: None) -> Callable[..., NormativeDocument]:
    """Make a document that the index knows: `enters(title=…, text=…)`."""

    def make(**fields: object) -> NormativeDocument:
        document = ArchivedDocumentFactory.create(**fields)
        tell_index([document.pk])
        indexing.drain()
        return document

    return make
