"""A shell cannot change, take down or delete what is public, through whichever class or manager it asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.exceptions import ConsultationLocked
from consultations.models import ConsultationPage
from interpretations import services
from interpretations.enums import SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.models import PolicyDocumentPage
from portal.home.models import BasePage
from search.archive.models import NormativeDocument
from tests.factories.consultations import ConsultationFactory
from tests.factories.interpretations import PolicyFactory, reviewer, signed_policy

pytestmark = pytest.mark.django_db
Write = Callable[[PolicyDocumentPage], object]


def base(page: PolicyDocumentPage) -> BasePage:
    found: BasePage = BasePage.objects.get(pk=page.pk)
    return found


def bulk_update_title(page: PolicyDocumentPage) -> object:
    row = base(page)
    row.title = "改过的标题"
    return BasePage.objects.bulk_update([row], ["title"])


def bulk_update_live(page: PolicyDocumentPage) -> object:
    row = base(page)
    row.live = False
    return BasePage.objects.bulk_update([row], ["live"])


CHANGES: dict[str, Write] = {
    "title, one base row": lambda page: BasePage.objects.filter(pk=page.pk).update(title="改过的标题"),
    "title, every base row": lambda page: BasePage.objects.update(title="改过的标题"),
    "title, computed": lambda page: BasePage.objects.filter(pk=page.pk).update(title=F("slug")),
    "title, in bulk": bulk_update_title,
    "title, the policy": lambda page: PolicyDocumentPage.objects.filter(pk=page.pk).update(
        title="改过的标题"
    ),
    "title, below its department": lambda page: BasePage.objects.descendant_of(page.get_parent()).update(
        title="改过的标题"
    ),
    "live, one base row": lambda page: BasePage.objects.filter(pk=page.pk).update(live=False),
    "live, an expression": lambda page: BasePage.objects.filter(pk=page.pk).update(live=Value(False)),
    "live, in bulk": bulk_update_live,
    "live, the policy": lambda page: PolicyDocumentPage.objects.filter(pk=page.pk).update(live=False),
}
REMOVALS: dict[str, Write] = {
    "the policy": lambda page: page.delete(),
    "its base row": lambda page: base(page).delete(),
    "policies": lambda page: PolicyDocumentPage.objects.filter(pk=page.pk).delete(),
    "base rows": lambda page: BasePage.objects.filter(pk=page.pk).delete(),
    "the page above": lambda page: page.get_parent().delete(),
    "the whole site": lambda page: page.get_root().delete(),
}


def assert_as_it_was(page: PolicyDocumentPage) -> None:
    stored = PolicyDocumentPage.objects.get(pk=page.pk)
    assert (stored.live, stored.title) == (page.live, page.title)
    assert stored.points.count() == 8


@pytest.mark.parametrize("change", CHANGES)
def test_a_live_policy_is_not_changed_or_taken_down(change: str) -> None:
    page = signed_policy()
    with pytest.raises(PublicationBlocked) as refused, transaction.atomic():
        CHANGES[change](page)
    assert refused.value.page_title == page.title
    assert_as_it_was(page)
    assert NormativeDocument.objects.get(page_id=page.pk).title == page.title


def test_the_refusal_says_what_to_do_instead() -> None:
    page = signed_policy()
    with pytest.raises(PublicationBlocked, match="重新审签"):
        BasePage.objects.filter(pk=page.pk).update(title="改过的标题")
    with pytest.raises(PublicationBlocked, match="公开说明原因"):
        BasePage.objects.filter(pk=page.pk).update(live=False)
    with pytest.raises(PublicationBlocked, match="不能删除"):
        page.delete()


@pytest.mark.parametrize("change", CHANGES)
def test_drafts_are_free(change: str) -> None:
    CHANGES[change](PolicyFactory.create())


def test_bookkeeping_of_live_policies_goes_on() -> None:
    page = signed_policy()
    now = timezone.now()
    rows = BasePage.objects.filter(pk=page.pk)
    with CaptureQueriesContext(connection) as queries:
        assert rows.update(locked=True, latest_revision_created_at=now, draft_title="下一版") == 1
    assert len(queries) == 1, "nobody is asked when nothing guarded is written"
    assert rows.update(live=True) == 1


@pytest.mark.parametrize("removal", REMOVALS)
def test_a_live_policy_is_not_deleted(removal: str) -> None:
    page = signed_policy()
    with pytest.raises(PublicationBlocked), transaction.atomic():
        REMOVALS[removal](page)
    assert_as_it_was(page)


@pytest.mark.parametrize("removal", ["the policy", "base rows"])
def test_a_withdrawn_policy_is_not_deleted(removal: str) -> None:
    page = signed_policy()
    assert page.lead_department is not None
    head = reviewer(SignOffKind.JOINT, page.lead_department)
    withdrawn = services.withdraw(page=page, user=head, explanation="与新规定不一致。")
    with pytest.raises(PublicationBlocked), transaction.atomic():
        REMOVALS[removal](withdrawn)
    assert_as_it_was(withdrawn)


@pytest.mark.parametrize("removal", REMOVALS)
def test_a_draft_may_go(removal: str) -> None:
    page = PolicyFactory.create()
    REMOVALS[removal](page)
    assert not PolicyDocumentPage.objects.filter(pk=page.pk).exists()


def test_what_was_released_counts_whatever_became_of_it() -> None:
    draft, live = PolicyFactory.create(), signed_policy()
    expired = signed_policy()
    expired.expire_at = timezone.now() - dt.timedelta(minutes=1)
    expired.unpublish(set_expired=True)
    assert set(PolicyDocumentPage.objects.released()) == {live, PolicyDocumentPage.objects.get(pk=expired.pk)}
    assert draft not in PolicyDocumentPage.objects.released()


OPENED: dict[str, Callable[[ConsultationPage], object]] = {
    "live, base row": lambda page: BasePage.objects.filter(pk=page.pk).update(live=False),
    "slug, base row": lambda page: BasePage.objects.filter(pk=page.pk).update(slug="elsewhere"),
    "live": lambda page: ConsultationPage.objects.filter(pk=page.pk).update(live=False),
}


@pytest.mark.parametrize("change", OPENED)
def test_an_opened_consultation_keeps_its_address_and_stays_public(change: str) -> None:
    page = ConsultationFactory.create()
    with pytest.raises(ConsultationLocked), transaction.atomic():
        OPENED[change](page)
    stored = ConsultationPage.objects.get(pk=page.pk)
    assert (stored.live, stored.slug) == (True, page.slug)


@pytest.mark.parametrize("change", ["slug, base row", "live, base row"])
def test_a_consultation_that_has_not_opened_is_free(change: str) -> None:
    OPENED[change](ConsultationFactory.create(announced=True))
