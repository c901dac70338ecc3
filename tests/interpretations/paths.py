"""Every way a page can become live in Wagtail 8.0. Each takes a policy and tries to put it before the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Locale, Revision, TaskState, WorkflowState

from interpretations.enums import SignOffKind
from interpretations.models import JointSignOffTask, PolicyDocumentPage
from interpretations.tasks import publish_scheduled
from portal.home.models import BasePage, DepartmentPage
from tests.factories.interpretations import reviewer
from tests.interpretations.browser_form import rendered_data

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

Path = Callable[[PolicyDocumentPage], Any]
WebPath = Callable[["Client", PolicyDocumentPage], "HttpResponse"]


def latest(page: PolicyDocumentPage) -> Revision:
    revision: Revision | None = page.get_latest_revision()
    assert revision is not None
    return revision


def revision_publish(page: PolicyDocumentPage) -> None:
    latest(page).publish()


def page_publish(page: PolicyDocumentPage) -> None:
    page.publish(latest(page))


def publish_action(page: PolicyDocumentPage) -> None:
    PublishPageRevisionAction(latest(page)).execute(skip_permission_checks=True)


def bulk_action_class(page: PolicyDocumentPage) -> None:
    PublishBulkAction.execute_action([BasePage.objects.get(pk=page.pk)])


def save(page: PolicyDocumentPage) -> None:
    page.live = True
    page.save()


def save_live_field(page: PolicyDocumentPage) -> None:
    page.live = True
    page.save(update_fields=["live"], clean=False)


def save_base_row(page: PolicyDocumentPage) -> None:
    row = BasePage.objects.get(pk=page.pk)
    row.live = True
    row.save()


def imported(page: PolicyDocumentPage) -> None:
    parent = page.get_parent()
    copy = PolicyDocumentPage(title=page.title, slug="imported", lead_department=page.lead_department)
    parent.add_child(instance=copy)


def workflow_approval(page: PolicyDocumentPage) -> None:
    """The last task is approved behind the services' back, as a script could."""
    workflow = page.get_workflow()
    assert workflow is not None
    state = WorkflowState.objects.create(
        content_type=page.get_content_type(),
        base_content_type=page.get_base_content_type(),
        object_id=str(page.pk),
        workflow=workflow,
    )
    last = None
    for task in workflow.tasks:
        status = TaskState.STATUS_IN_PROGRESS if task == workflow.tasks.last() else TaskState.STATUS_APPROVED
        last = TaskState.objects.create(workflow_state=state, revision=latest(page), task=task, status=status)
    state.current_task_state = last
    state.save()
    assert last is not None
    last.approve()


def schedule(page: PolicyDocumentPage) -> None:
    page.go_live_at = timezone.now() + dt.timedelta(hours=1)
    page.save_revision(clean=False).publish()


def save_scheduled_revision(page: PolicyDocumentPage) -> None:
    page.save_revision(approved_go_live_at=timezone.now() + dt.timedelta(hours=1), clean=False)


def copy_keep_live(page: PolicyDocumentPage) -> None:
    live_row(page)
    page.copy(update_attrs={"slug": "a-copy"}, keep_live=True)


def copy_updating_live(page: PolicyDocumentPage) -> None:
    page.copy(update_attrs={"slug": "a-copy", "live": True}, keep_live=False)


def alias(page: PolicyDocumentPage) -> None:
    page.create_alias(update_slug="an-alias")


def translation_alias(page: PolicyDocumentPage) -> None:
    locale, _created = Locale.objects.get_or_create(language_code="en")
    parent = page.get_parent().specific
    translated = DepartmentPage(
        title="English", slug="en", live=False, locale=locale, translation_key=parent.translation_key
    )
    parent.get_parent().add_child(instance=translated)
    page.copy_for_translation(locale, alias=True)


def unpublish_and_republish(page: PolicyDocumentPage) -> None:
    live_row(page)
    BasePage._base_manager.filter(pk=page.pk).update(live=False, releasable=False)
    latest(page).publish()


def live_row(page: PolicyDocumentPage) -> None:
    """Make the row live past every guard, as only somebody with the database in hand could."""
    BasePage.objects.filter(pk=page.pk).update(live=True, releasable=True)
    page.refresh_from_db()


SHELL_PATHS: tuple[Path, ...] = (
    revision_publish,
    page_publish,
    publish_action,
    bulk_action_class,
    save,
    save_live_field,
    save_base_row,
    workflow_approval,
    schedule,
    save_scheduled_revision,
    unpublish_and_republish,
)
#: These are refused whatever is missing, because the new page has no signatures of its own.
COPYING_PATHS: tuple[Path, ...] = (imported, copy_keep_live, copy_updating_live, alias, translation_alias)


def update_live(page: PolicyDocumentPage) -> None:
    PolicyDocumentPage.objects.filter(pk=page.pk).update(live=True)


def update_base_live(page: PolicyDocumentPage) -> None:
    BasePage.objects.filter(pk=page.pk).update(live=True)


def bulk_update_live(page: PolicyDocumentPage) -> None:
    page.live = True
    PolicyDocumentPage.objects.bulk_update([page], ["live"])


#: Only the database sees these.
DATABASE_PATHS: tuple[Path, ...] = (update_live, update_base_live, bulk_update_live)


def scheduler_command(page: PolicyDocumentPage) -> None:
    _planned(page)
    call_command("publish_scheduled")


def scheduler_task(page: PolicyDocumentPage) -> None:
    _planned(page)
    publish_scheduled()


def _planned(page: PolicyDocumentPage) -> None:
    """A release planned while everything was there, or planned past the guard."""
    Revision.objects.filter(pk=latest(page).pk).update(
        approved_go_live_at=timezone.now() - dt.timedelta(minutes=1)
    )


SCHEDULER_PATHS: tuple[Path, ...] = (scheduler_command, scheduler_task)


def admin_publish_button(client: Client, page: PolicyDocumentPage) -> HttpResponse:
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(edit, {**rendered_data(client, edit), "action-publish": "1"}, follow=True)


def admin_bulk_publish(client: Client, page: PolicyDocumentPage) -> HttpResponse:
    url = (
        reverse("wagtail_bulk_action", args=["home", "basepage", "publish"])
        + f"?id={page.pk}&next=/admin/pages/"
    )
    return client.post(url, {"include_descendants": ""}, follow=True)


def admin_bulk_publish_with_descendants(client: Client, page: PolicyDocumentPage) -> HttpResponse:
    parent = page.get_parent()
    url = (
        reverse("wagtail_bulk_action", args=["home", "basepage", "publish"])
        + f"?id={parent.pk}&next=/admin/pages/"
    )
    return client.post(url, {"include_descendants": "on"}, follow=True)


def admin_api(client: Client, page: PolicyDocumentPage) -> HttpResponse:
    return client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"]))


def admin_revert_and_publish(client: Client, page: PolicyDocumentPage) -> HttpResponse:
    edit = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, latest(page).pk])
    target = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = {**rendered_data(client, edit), "revision": str(latest(page).pk), "action-publish": "1"}
    return client.post(target, data, follow=True)


WEB_PATHS: tuple[WebPath, ...] = (
    admin_publish_button,
    admin_bulk_publish,
    admin_bulk_publish_with_descendants,
    admin_revert_and_publish,
    admin_api,
)


def sign_last(page: PolicyDocumentPage) -> None:
    """The head approves in Wagtail's own screens."""
    task = JointSignOffTask.objects.get()
    assert page.lead_department is not None
    state = TaskState.objects.filter(task=task).latest("pk")
    task.on_action(state, reviewer(SignOffKind.JOINT, page.lead_department), "approve")
