"""Planned releases: one that no longer passes the gate is held back and reported, the others go on."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.models import PageLogEntry, Revision

from interpretations import scheduling, services
from interpretations.enums import SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.models import PolicyDocumentPage, SignOff
from interpretations.models.workflow import under_review
from interpretations.rules import SIGNING_ORDER
from portal.home.models import SectionPage
from portal.home.services import ensure_home_page
from search.archive.models import NormativeDocument
from tests.factories.interpretations import drafter, reviewer, sign_in_turn, signed_policy, submitted_policy

pytestmark = pytest.mark.django_db

LEGALITY, SECRECY, JOINT, OFFICE = SIGNING_ORDER


def planned_policy(**kwargs: object) -> PolicyDocumentPage:
    """Signed by everybody, due tomorrow."""
    page = submitted_policy(**kwargs)
    sign_in_turn(page, [LEGALITY, SECRECY])
    assert page.lead_department is not None
    head = reviewer(JOINT, page.lead_department)
    services.sign(page=page, kind=JOINT, user=head, go_live_at=timezone.now() + dt.timedelta(days=1))
    return PolicyDocumentPage.objects.get(pk=page.pk)


def make_due(page: PolicyDocumentPage) -> None:
    """The planned moment has come: both the plan and the revision say so."""
    moment = timezone.now() - dt.timedelta(minutes=1)
    revision = page.get_latest_revision()
    revision.content["go_live_at"] = moment.isoformat()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=moment, content=revision.content)


def test_planned_release_happens_with_the_whole_package() -> None:
    page = planned_policy()
    assert scheduling.run_schedule().published == []
    make_due(page)
    assert scheduling.run_schedule().published == [str(page.pk)]
    live = PolicyDocumentPage.objects.get(pk=page.pk)
    assert live.live and live.materials.exists()
    assert NormativeDocument.objects.filter(page_id=page.pk, withdrawn=False).exists()


def test_blocked_one_is_held_back_others_go_on(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    blocked, good = planned_policy(slug="blocked"), planned_policy(slug="good")
    assert blocked.lead_department is not None
    author = drafter(blocked.lead_department)
    section = SectionPage(title="关于", slug="scheduled-notice", live=False)
    ensure_home_page().add_child(instance=section)
    section.save_revision(approved_go_live_at=timezone.now() - dt.timedelta(minutes=1))
    for page in (blocked, good):
        make_due(page)
    SignOff.objects.filter(page=blocked, kind=JOINT).delete()
    with django_capture_on_commit_callbacks(execute=True):
        run = scheduling.run_schedule()
    assert set(run.published) == {str(good.pk), str(section.pk)}
    assert list(run.held_back) == [str(blocked.pk)]
    assert not PolicyDocumentPage.objects.get(pk=blocked.pk).live
    entry = PageLogEntry.objects.get(page=blocked.pk, action="yanlu.schedule.held_back")
    assert entry.data["codes"] == ["sign_off_joint"]
    assert "尚未部门负责人同步审签" in entry.comment
    # Wagtail writes to its own subscribers as well; ours is the one about the planned release.
    (notice,) = [message for message in mail.outbox if message.subject.startswith("定时发布未能执行")]
    assert author.email in notice.to
    assert "尚未部门负责人同步审签" in notice.body
    assert scheduling.run_schedule().held_back == {}


def test_command_prints_what_happened() -> None:
    page = planned_policy()
    make_due(page)
    SignOff.objects.filter(page=page).delete()
    out, err = StringIO(), StringIO()
    call_command("publish_scheduled", stdout=out, stderr=err)
    assert "published: 0" in out.getvalue()
    assert f"page {page.pk}" in err.getvalue()


def test_dry_run_changes_nothing() -> None:
    page = planned_policy()
    make_due(page)
    call_command("publish_scheduled", dryrun=True, stdout=StringIO())
    assert not PolicyDocumentPage.objects.get(pk=page.pk).live


def test_release_in_the_past_or_unsigned_cannot_be_planned() -> None:
    page = signed_policy()
    assert page.lead_department is not None
    head = reviewer(SignOffKind.JOINT, page.lead_department)
    with pytest.raises(ValidationError, match="晚于现在"):
        services.schedule(page=page, user=head, go_live_at=timezone.now())
    draft = under_review(page)
    draft.body = "第一条 未经审签。"
    draft.save_revision()
    with pytest.raises(PublicationBlocked):
        services.schedule(page=page, user=head, go_live_at=timezone.now() + dt.timedelta(days=1))
    assert PolicyDocumentPage.objects.get(pk=page.pk).scheduled_revision is None


def test_withdrawn_policy_may_be_released_again_later() -> None:
    page = signed_policy()
    assert page.lead_department is not None
    head = reviewer(SignOffKind.JOINT, page.lead_department)
    services.withdraw(page=page, user=head, explanation="附件有误，更正后重新发布。")
    services.schedule(page=page, user=head, go_live_at=timezone.now() + dt.timedelta(hours=1))
    planned = PolicyDocumentPage.objects.get(pk=page.pk)
    assert not planned.live and planned.scheduled_revision is not None
    make_due(planned)
    scheduling.run_schedule()
    live = PolicyDocumentPage.objects.get(pk=page.pk)
    assert live.live and live.withdrawn_at is None and live.withdrawal_explanation == ""


def test_expired_page_is_taken_down() -> None:
    section = SectionPage(title="通知", slug="notice", expire_at=timezone.now() - dt.timedelta(minutes=1))
    ensure_home_page().add_child(instance=section)
    assert scheduling.run_schedule().expired == [section.pk]
    section.refresh_from_db()
    assert not section.live and section.expired


def test_worker_runs_it_every_minute() -> None:
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "interpretations.tasks.publish_scheduled" in tasks
