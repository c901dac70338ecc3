"""Permission: terminate (`rules`): role x state."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consultations.models import ConsultationPage
from consultations.services import terminate
from tests.consultations.permissions import EVERYBODY, person
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("trait", [None, "announced"])
def test_only_the_head_terminates(who: str, trait: str | None) -> None:
    page = ConsultationFactory.create(**({trait: True} if trait else {}))
    user = person(who, page)
    if who == "head":
        assert terminate(page=page, user=user, reason="上位法已经修改。").state() == "terminated"
        return
    with pytest.raises(PermissionDenied):
        terminate(page=page, user=user, reason="上位法已经修改。")
    assert ConsultationPage.objects.get(pk=page.pk).terminated_at is None


@pytest.mark.parametrize("trait", ["closed", "overdue"])
def test_what_is_over_cannot_be_terminated(trait: str) -> None:
    page = ConsultationFactory.create(**{trait: True})
    with pytest.raises(ValidationError, match="已预告或正在进行"):
        terminate(page=page, user=person("head", page), reason="上位法已经修改。")


def test_the_reason_is_required_and_it_happens_once() -> None:
    page = ConsultationFactory.create()
    head = person("head", page)
    with pytest.raises(ValidationError, match="理由"):
        terminate(page=page, user=head, reason=" ")
    with pytest.raises(ValidationError, match="理由"):
        terminate(page=page, user=head, reason="\u200b\u2060")
    terminate(page=page, user=head, reason="上位法已经修改。")
    with pytest.raises(ValidationError):
        terminate(page=page, user=head, reason="再来一次")
