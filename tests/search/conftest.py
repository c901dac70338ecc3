"""Every test of this room has an index folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search import indexing
from search.archive.models import NormativeDocument
from tests.factories.search import ArchivedDocumentFactory

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper


@pytest.fixture(autouse=True)
def index_folder(settings: SettingsWrapper, tmp_path: Path) -> Path:
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    return tmp_path / "index"


@pytest.fixture
def archive(db: None) -> Callable[..., NormativeDocument]:
    """Make a document and index it: `archive(title=…, text=…)`."""

    def make(**fields: object) -> NormativeDocument:
        document = ArchivedDocumentFactory.create(**fields)
        indexing.rebuild()
        return document

    return make
