"""Permission: open a consultation (`rules`): role x state."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consultations.exceptions import ConsultationBlocked
from consultations.models import ConsultationPage
from consultations.services import open_consultation
from tests.consultations.permissions import EVERYBODY, person
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_head_of_the_department_opens(who: str) -> None:
    page = ConsultationFactory.create(draft=True, opens_on=timezone.localdate())
    user = person(who, page)
    if who == "head":
        assert open_consultation(page=page, user=user).is_open()
        return
    with pytest.raises(PermissionDenied, match="负责人"):
        open_consultation(page=page, user=user)
    assert not ConsultationPage.objects.get(pk=page.pk).live


def test_the_head_cannot_open_what_is_incomplete() -> None:
    page = ConsultationFactory.create(draft=True, opens_on=timezone.localdate(), drafting_note="")
    with pytest.raises(ConsultationBlocked, match="起草说明"):
        open_consultation(page=page, user=person("head", page))


@pytest.mark.parametrize("trait", ["closed", "overdue"])
def test_a_closed_one_cannot_be_opened_again(trait: str) -> None:
    page = ConsultationFactory.create(**{trait: True})
    with pytest.raises(ConsultationBlocked, match="已经过去"):
        open_consultation(page=page, user=person("head", page))
