"""What is published is in the archive in the same transaction, what is not is withdrawn from it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from interpretations import services
from interpretations.enums import SignOffKind
from interpretations.models import CoIssuer, PolicyDocumentPage
from interpretations.models.workflow import under_review
from portal.home.models import BasePage
from search.archive.models import NormativeDocument
from tests.factories.interpretations import PolicyFactory, drafter, reviewer, sign_in_turn, signed_policy
from tests.factories.organisations import DepartmentFactory

pytestmark = pytest.mark.django_db


def record(page: PolicyDocumentPage) -> NormativeDocument:
    return NormativeDocument.objects.get(page_id=page.pk)


def test_drafts_are_not_in_the_archive() -> None:
    PolicyFactory.create()
    assert not NormativeDocument.objects.exists()


def test_record_of_a_published_policy() -> None:
    partner = DepartmentFactory.create(name="云岭省财政厅", code="finance")
    page = signed_policy(co_issuers=[CoIssuer(department=partner)], subject_category="综合政务")
    found = record(page)
    assert found.title == page.title
    assert found.number_key and found.text == page.body
    assert found.page_url == page.public_path
    assert found.co_issuers == ["云岭省财政厅"]
    assert found.subject_category == "综合政务"
    assert found.published_on is not None and not found.withdrawn


def test_revised_version_updates_the_same_record() -> None:
    page = signed_policy()
    before = record(page).pk
    draft = under_review(page)
    draft.body = "第一条 修订后的内容更加明确。"
    draft.save_revision()
    assert record(page).text == page.body
    assert page.lead_department is not None
    services.submit(page=page, user=drafter(page.lead_department))
    sign_in_turn(page, [SignOffKind.LEGALITY, SignOffKind.SECRECY, SignOffKind.JOINT])
    assert record(page).pk == before
    assert record(page).text == draft.body


def test_withdrawal_and_release_again() -> None:
    page = signed_policy()
    assert page.lead_department is not None
    head = reviewer(SignOffKind.JOINT, page.lead_department)
    services.withdraw(page=page, user=head, explanation="附件有误。")
    assert record(page).withdrawn
    assert "附件有误" in str(record(page).history)
    services.publish(page=page, user=head)
    assert not record(page).withdrawn


def test_a_planned_end_reached_through_the_base_row_withdraws() -> None:
    page = signed_policy()
    row = BasePage.objects.get(pk=page.pk)
    row.expire_at = timezone.now() - dt.timedelta(minutes=1)
    row.unpublish(set_expired=True)
    assert record(page).withdrawn


def test_a_release_that_is_rolled_back_leaves_no_record() -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        signed_policy()
        assert NormativeDocument.objects.exists()
        raise Stop
    assert not NormativeDocument.objects.exists()
