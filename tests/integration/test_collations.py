"""PostgreSQL orders text by language where its database was made so; what begins with a number's key is found all the same."""

from __future__ import annotations

import pytest
from django.db import connection

from consultations import receipts
from portal.lookups import begins
from search.archive.models import NormativeDocument
from search.completion import Kind, _numbers
from search.nearby_numbers import nearby_numbers
from tests.factories.consultations import CommentFactory
from tests.factories.search import ArchivedDocumentFactory

pytestmark = [pytest.mark.services, pytest.mark.postgresql, pytest.mark.django_db]
KEY_COLUMN = "ALTER TABLE archive_normativedocument ALTER COLUMN number_key TYPE varchar(160) COLLATE"
RECEIPT_COLUMN = "ALTER TABLE consultations_publiccomment ALTER COLUMN receipt_code TYPE varchar(24) COLLATE"


@pytest.fixture
def by_language() -> None:
    """The column of the keys ordered as in dictionaries: signs count last, as in the en_US.utf8 of many systems."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE COLLATION dictionary (provider = icu, locale = 'und-u-ka-shifted')")
        cursor.execute(f"{KEY_COLUMN} dictionary")


@pytest.fixture
def numbers(by_language: None) -> list[str]:
    written = ["云政〔2021〕7号", "云政发〔2021〕77号", "云政发〔2022〕3号", "云政发电〔2021〕7号"]
    for number in written:
        ArchivedDocumentFactory.create(title=f"云岭省办法（{number}）", document_number=number)
    return written


@pytest.mark.usefixtures("numbers")
class TestKeysInTheOrderOfALanguage:
    @pytest.mark.parametrize(
        ("start", "found"),
        [
            ("standard|云政|", {"云政〔2021〕7号"}),
            ("standard|云政发|", {"云政发〔2021〕77号", "云政发〔2022〕3号"}),
            ("standard|云政发|2021|", {"云政发〔2021〕77号"}),
            ("standard|云政发|2021|7", {"云政发〔2021〕77号"}),
            ("Standard|", set()),
            ("standard|云_发|", set()),
            ("standard|%", set()),
        ],
    )
    def test_what_begins_so_and_nothing_else(self, start: str, found: set[str]) -> None:
        rows = NormativeDocument.objects.filter(begins("number_key", start))
        assert set(rows.values_list("document_number", flat=True)) == found

    def test_an_unfinished_number_is_completed(self) -> None:
        offered = {(item.kind, item.text) for item in _numbers("云政〔2021〕")}
        assert offered == {(Kind.NUMBER, "云政〔2021〕7号")}

    def test_numbers_near_one_that_is_not_there(self) -> None:
        assert nearby_numbers("云政发〔2021〕78号") == ("云政发〔2021〕77号",)

    def test_it_is_an_index_that_answers(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        rows = NormativeDocument.objects.order_by().filter(begins("number_key", "standard|云政发|"))
        assert "_like" in rows.values("pk").explain()


def test_a_receipt_is_found_in_the_order_of_a_language(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE COLLATION dictionary (provider = icu, locale = 'und-u-ka-shifted')")
        cursor.execute(f"{RECEIPT_COLUMN} dictionary")
    comment, other = CommentFactory.create(), CommentFactory.create()
    assert receipts.find(comment.receipt_code) == comment
    assert receipts.find(other.receipt_code) == other
