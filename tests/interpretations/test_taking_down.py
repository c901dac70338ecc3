"""A live policy goes offline by a withdrawal with public words or at its planned end: there is no third way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from interpretations import scheduling, services
from interpretations.audit import audit
from interpretations.enums import SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.models import PolicyDocumentPage
from portal.home.models import BasePage
from portal.organisations.models import Department, User
from search.archive.models import NormativeDocument
from tests.factories.consultations import ConsultationFactory
from tests.factories.interpretations import PolicyFactory, reviewer, signed_policy
from tests.factories.organisations import DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
Act = Callable[[PolicyDocumentPage], object]
PAST = dt.timedelta(minutes=-1)


def base(page: PolicyDocumentPage) -> BasePage:
    found: BasePage = BasePage.objects.get(pk=page.pk)
    return found


def save_offline(page: PolicyDocumentPage) -> object:
    page.live = False
    return page.save()


def save_offline_field(page: PolicyDocumentPage) -> object:
    page.live = False
    return page.save(update_fields=["live"], clean=False)


def save_offline_base_row(page: PolicyDocumentPage) -> object:
    row = base(page)
    row.live = False
    return row.save()


def blank_words(page: PolicyDocumentPage) -> object:
    page.withdrawn_at, page.withdrawal_explanation = timezone.now(), " \n "
    return page.unpublish()


def words_without_a_moment(page: PolicyDocumentPage) -> object:
    page.withdrawal_explanation = "与新规定不一致。"
    return page.unpublish()


def words_of_a_partial_save(page: PolicyDocumentPage) -> object:
    """The words are in memory only: what is written is the state."""
    page.withdrawn_at, page.withdrawal_explanation = timezone.now(), "与新规定不一致。"
    page.live = False
    return page.save(update_fields=["live"], clean=False)


WITHOUT_WORDS: dict[str, Act] = {
    "unpublish": lambda page: page.unpublish(),
    "unpublish, as a superuser": lambda page: page.unpublish(user=UserFactory.create(is_superuser=True)),
    "unpublish, the base row": lambda page: base(page).unpublish(),
    "unpublish, the action": lambda page: UnpublishPageAction(page).execute(skip_permission_checks=True),
    "unpublish, called expired": lambda page: page.unpublish(set_expired=True),
    "save": save_offline,
    "save of a field": save_offline_field,
    "save of the base row": save_offline_base_row,
    "blank words": blank_words,
    "words without a moment": words_without_a_moment,
    "words that are not written": words_of_a_partial_save,
    "with the department above": lambda page: UnpublishPageAction(
        page.get_parent().specific, user=UserFactory.create(is_superuser=True), include_descendants=True
    ).execute(),
}


@pytest.fixture
def department() -> Department:
    return DepartmentFactory.create()


@pytest.fixture
def page(department: Department) -> PolicyDocumentPage:
    return signed_policy(lead_department=department)


@pytest.fixture
def head(department: Department) -> User:
    return reviewer(SignOffKind.JOINT, department)


def assert_public(page: PolicyDocumentPage, client: Client) -> None:
    stored = PolicyDocumentPage.objects.get(pk=page.pk)
    assert stored.live and stored.releasable and not stored.withdrawn_at and not stored.expired
    assert not NormativeDocument.objects.get(page_id=page.pk).withdrawn
    assert "撤回说明" not in client.get(page.public_path).content.decode()
    assert audit() == []


@pytest.mark.parametrize("way", WITHOUT_WORDS)
def test_it_is_not_taken_down_without_public_words(
    client: Client, page: PolicyDocumentPage, way: str
) -> None:
    with pytest.raises(PublicationBlocked, match="公开说明原因") as refused, transaction.atomic():
        WITHOUT_WORDS[way](page)
    assert [one.code for one in refused.value.obstacles] == ["taken_down"]
    assert page.title in refused.value.summary()
    assert_public(page, client)


@pytest.mark.parametrize(
    "way", [name for name in WITHOUT_WORDS if "superuser" not in name and "above" not in name]
)
def test_a_draft_is_free(way: str) -> None:
    draft = PolicyFactory.create()
    WITHOUT_WORDS[way](draft)
    assert not PolicyDocumentPage.objects.get(pk=draft.pk).live


def test_withdrawing_goes_through_and_saving_it_again_is_free(page: PolicyDocumentPage, head: User) -> None:
    withdrawn = services.withdraw(page=page, user=head, explanation="  与新规定不一致。\n")
    assert not withdrawn.live and withdrawn.withdrawal_explanation == "与新规定不一致。"
    withdrawn.save()
    withdrawn.unpublish()
    assert audit() == []


def test_the_words_of_an_earlier_withdrawal_do_not_cover_the_next_one(
    client: Client, page: PolicyDocumentPage, head: User
) -> None:
    services.withdraw(page=page, user=head, explanation="附件有误。")
    again = services.publish(page=page, user=head)
    with pytest.raises(PublicationBlocked), transaction.atomic():
        again.unpublish()
    assert_public(page, client)


def test_a_planned_end_takes_it_down_and_the_audit_is_content(page: PolicyDocumentPage) -> None:
    BasePage._base_manager.filter(pk=page.pk).update(expire_at=timezone.now() + PAST)
    assert scheduling.run_schedule().expired == [page.pk]
    stored = PolicyDocumentPage.objects.get(pk=page.pk)
    assert not stored.live and stored.expired
    assert NormativeDocument.objects.get(page_id=page.pk).withdrawn
    assert audit() == []
    assert scheduling.run_schedule().expired == []


def test_one_page_that_must_stay_public_does_not_stop_the_schedule(
    client: Client, page: PolicyDocumentPage, caplog: pytest.LogCaptureFixture
) -> None:
    opened = ConsultationFactory.create()
    first = timezone.now() + 2 * PAST
    BasePage._base_manager.filter(pk=opened.pk).update(expire_at=first)
    BasePage._base_manager.filter(pk=page.pk).update(expire_at=timezone.now() + PAST)
    with caplog.at_level("WARNING", logger="interpretations.scheduling"):
        run = scheduling.run_schedule()
    assert run.expired == [page.pk], "the one behind it in the queue had its turn"
    opened.refresh_from_db()
    assert opened.live and not opened.expired
    assert f"page {opened.pk} " in caplog.text and "不能下线" in caplog.text
    call_command("publish_scheduled")


@pytest.mark.parametrize("recursive", [False, True])
def test_the_admin_s_own_api_refuses_in_words(
    sign_in: Callable[[User], Client], page: PolicyDocumentPage, recursive: bool
) -> None:
    superuser = UserFactory.create(is_superuser=True)
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, "unpublish"])
    response = sign_in(superuser).post(url, {"recursive": recursive}, content_type="application/json")
    assert response.status_code == 400
    assert "公开说明原因" in str(response.json())
    assert PolicyDocumentPage.objects.get(pk=page.pk).live


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("action", "data"), [("unpublish", {"recursive": True}), ("delete", {})])
@pytest.mark.parametrize("of", ["the page", "the department"])
@pytest.mark.parametrize("make", [signed_policy, ConsultationFactory.create])
def test_what_the_admin_s_own_api_refuses_has_changed_nothing(
    sign_in: Callable[[User], Client], make: Callable[[], Any], of: str, action: str, data: dict[str, bool]
) -> None:
    kept = make()
    parent = kept.get_parent()
    target = kept if of == "the page" else parent
    url = reverse("wagtailadmin_api:pages:action", args=[target.pk, action])
    response = sign_in(UserFactory.create(is_superuser=True)).post(url, data, content_type="application/json")
    assert response.status_code == 400
    assert set(BasePage.objects.filter(pk__in=[kept.pk, parent.pk]).values_list("live", flat=True)) == {True}
    # A count of children too low makes the next deletion of the parent leave its pages behind.
    assert BasePage.find_problems() == ([], [], [], [], [])
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_a_deletion_refused_anywhere_keeps_the_tree(page: PolicyDocumentPage) -> None:
    for target in (page, page.get_parent().specific):
        with pytest.raises(PublicationBlocked):
            target.delete()
        assert BasePage.find_problems() == ([], [], [], [], [])


def test_the_department_above_is_not_taken_down_with_what_is_below(
    sign_in: Callable[[User], Client], page: PolicyDocumentPage
) -> None:
    """Wagtail takes pages down one by one: refused half way, the department would be gone and its policies not."""
    parent = page.get_parent()
    client = sign_in(UserFactory.create(is_superuser=True))
    url = reverse("wagtailadmin_pages:unpublish", args=[parent.pk])
    response = client.post(url, {"include_descendants": "on"}, follow=True)
    assert f"撤回《{page.title}》须逐份写明说明" in response.content.decode()
    assert BasePage.objects.get(pk=parent.pk).live
    assert PolicyDocumentPage.objects.get(pk=page.pk).live


def test_the_department_page_alone_may_go_and_its_policies_stay_readable(
    sign_in: Callable[[User], Client], page: PolicyDocumentPage
) -> None:
    parent = page.get_parent()
    client = sign_in(UserFactory.create(is_superuser=True))
    client.post(reverse("wagtailadmin_pages:unpublish", args=[parent.pk]), {})
    assert not BasePage.objects.get(pk=parent.pk).live
    client.logout()
    assert client.get(page.public_path).status_code == 200


def test_drafts_below_do_not_hold_a_department_page_back(
    sign_in: Callable[[User], Client], department: Department
) -> None:
    draft = PolicyFactory.create(lead_department=department)
    parent = draft.get_parent()
    client = sign_in(UserFactory.create(is_superuser=True))
    client.post(reverse("wagtailadmin_pages:unpublish", args=[parent.pk]), {"include_descendants": "on"})
    assert not BasePage.objects.get(pk=parent.pk).live


def test_the_screen_asks_for_the_words_before_anything_happens(
    sign_in: Callable[[User], Client], page: PolicyDocumentPage, head: User
) -> None:
    client = sign_in(head)
    asked = client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert asked["Location"] == reverse("policy_withdraw", args=[page.pk])
    client.post(asked["Location"], {"explanation": " "})
    assert PolicyDocumentPage.objects.get(pk=page.pk).live
    client.post(asked["Location"], {"explanation": "与新规定不一致。"})
    client.logout()
    html = client.get(page.public_path).content.decode()
    assert "与新规定不一致。" in html and page.body.splitlines()[0][4:20] in html
