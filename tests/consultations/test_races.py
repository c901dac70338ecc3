"""The same button pressed in several places at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from consultations.models import CommentContact, PublicComment
from consultations.services import TypedComment, confirm_comment, start_comment
from tests.factories.consultations import ConsultationFactory


@pytest.mark.django_db(transaction=True)
def test_confirming_in_four_windows_at_once_makes_one_comment() -> None:
    typed = TypedComment(text="只说一次。", email="zhu@example.org")
    pending = start_comment(consultation=ConsultationFactory.create(), clause_id="a3", typed=typed)

    def press(_window: int) -> str:
        try:
            return confirm_comment(pending=pending).receipt_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as windows:
        codes = set(windows.map(press, range(4)))
    assert codes == {PublicComment.objects.get().receipt_code}
    assert CommentContact.objects.count() == 1
