"""Rows of the archive without a database: what `search.preparation` reads."""

from __future__ import annotations

import datetime
from typing import Any

from search.preparation import COLUMNS

#: The day the tests of engines search on.
DAY = datetime.date(2026, 11, 23)


def row(pk: int, **fields: Any) -> dict[str, Any]:
    """Columns of a document as the archive gives them to the index."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    dates = ("adopted_on", "published_on", "effective_on", "valid_until", "amended_on", "repealed_on")
    empty.update(
        dict.fromkeys((*dates, "year", "page_id"), None), lapsed=False, validity_confirmed=True, co_issuers=[]
    )
    return {**empty, "id": pk, **fields}
