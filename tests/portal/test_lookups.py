"""What a column begins with, on every database."""

from __future__ import annotations

import pytest

from portal.lookups import begins
from search.archive.models import NormativeDocument
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "keys"),
    [
        ("standard|云", {"standard|云|2021|7", "standard|云𠮷|2021|7", "standard|云\uffff|1|1"}),
        ("standard|云|", {"standard|云|2021|7"}),
        ("Standard|", {"Standard|云|2021|7"}),
        ("standard|_", {"standard|_%|1|1"}),
        ("standard|%", set()),
        (
            "",
            {
                "standard|云|2021|7",
                "standard|云𠮷|2021|7",
                "standard|云\uffff|1|1",
                "Standard|云|2021|7",
                "standard|_%|1|1",
            },
        ),
    ],
)
def test_letter_for_letter(start: str, keys: set[str]) -> None:
    for key in (
        "standard|云|2021|7",
        "standard|云𠮷|2021|7",
        "standard|云\uffff|1|1",
        "Standard|云|2021|7",
        "standard|_%|1|1",
    ):
        document = ArchivedDocumentFactory.create()
        NormativeDocument.objects.filter(pk=document.pk).update(number_key=key)
    rows = NormativeDocument.objects.filter(begins("number_key", start))
    assert set(rows.values_list("number_key", flat=True)) == keys
