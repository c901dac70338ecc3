"""`manage.py audit_policies` reports whatever reached the database past every guard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import PageLogEntry

from interpretations import services
from interpretations.audit import audit
from interpretations.enums import SignOffKind
from interpretations.models import PointAnswer, PolicyDocumentPage
from search.archive.models import NormativeDocument
from tests.factories.interpretations import PolicyFactory, reviewer, signed_policy, submitted_policy
from tests.interpretations.missing import sign_all

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: str | int | bool) -> None:
    """As somebody with the database in hand writes: past managers and signals."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def messages() -> str:
    return "；".join(message for finding in audit() for message in finding.messages)


def change_title(page: PolicyDocumentPage) -> None:
    sql("UPDATE home_basepage SET title = %s WHERE id = %s", "改过的标题", page.pk)


def take_down(page: PolicyDocumentPage) -> None:
    sql("UPDATE home_basepage SET live = %s WHERE id = %s", False, page.pk)


def remove_points(page: PolicyDocumentPage) -> None:
    PointAnswer._base_manager.filter(page=page)._raw_delete("default")


def forge_signature(page: PolicyDocumentPage) -> None:
    PageLogEntry.objects.filter(page=page.pk, action="yanlu.policy.sign").earliest("pk").delete()


def hide_record(page: PolicyDocumentPage) -> None:
    NormativeDocument.objects.filter(page_id=page.pk).update(withdrawn=True)


def remove_record(page: PolicyDocumentPage) -> None:
    NormativeDocument.objects.filter(page_id=page.pk).update(page_id=None)


def change_record(page: PolicyDocumentPage) -> None:
    NormativeDocument.objects.filter(page_id=page.pk).update(text="另一份正文")


PAST_THE_GUARDS: dict[str, tuple[Callable[[PolicyDocumentPage], None], str]] = {
    "title": (change_title, "因内容修改而失效"),
    "children": (remove_points, "未作说明"),
    "taken down": (take_down, "没有公开说明"),
    "signature without a log": (forge_signature, "没有审签记录"),
    "archive hidden": (hide_record, "文件库中没有"),
    "archive lost": (remove_record, "文件库中没有"),
    "archive changed": (change_record, "与已发布的不一致"),
}


@pytest.mark.parametrize("way", PAST_THE_GUARDS)
def test_each_is_found_and_named(way: str) -> None:
    page, bystander = signed_policy(), signed_policy()
    assert audit() == []
    write, says = PAST_THE_GUARDS[way]
    write(page)
    (finding,) = [one for one in audit() if one.page_id == page.pk]
    assert any(says in message for message in finding.messages)
    assert bystander.pk not in {one.page_id for one in audit()}


def test_a_changed_title_is_missed_in_the_archive_too() -> None:
    change_title(signed_policy())
    assert "标题或正文" in messages()


def test_a_record_whose_page_is_gone_is_found() -> None:
    page = signed_policy()
    NormativeDocument.objects.filter(page_id=page.pk).update(page_id=10**6)
    found = {one.page_id: one for one in audit()}
    assert "不存在" in found[10**6].messages[0] and found[10**6].title == page.title


def test_a_policy_signed_by_rows_alone_is_found() -> None:
    """Rows of signatures made in a shell let a policy through the gate; the log shows that nobody signed."""
    page = PolicyFactory.create()
    sign_all(page)
    page.get_latest_revision().publish()
    assert PolicyDocumentPage.objects.get(pk=page.pk).live
    assert messages().count("没有审签记录") == 3


def test_what_went_its_ordinary_way_is_in_order() -> None:
    PolicyFactory.create()
    submitted_policy()
    signed_policy()
    expired = signed_policy()
    expired.expire_at = timezone.now() - dt.timedelta(minutes=1)
    expired.unpublish(set_expired=True)
    withdrawn = signed_policy()
    assert withdrawn.lead_department is not None
    head = reviewer(SignOffKind.JOINT, withdrawn.lead_department)
    services.withdraw(page=withdrawn, user=head, explanation="与新规定不一致。")
    assert audit() == []


def test_a_withdrawal_whose_words_were_lost_is_found() -> None:
    page = signed_policy()
    assert page.lead_department is not None
    head = reviewer(SignOffKind.JOINT, page.lead_department)
    services.withdraw(page=page, user=head, explanation="与新规定不一致。")
    sql(
        "UPDATE interpretations_policydocumentpage SET withdrawal_explanation = '' WHERE basepage_ptr_id = %s",
        page.pk,
    )
    assert "没有公开说明" in messages()


def test_a_published_policy_with_a_newer_draft_is_in_order() -> None:
    page = signed_policy()
    draft = page.get_latest_revision_as_object()
    draft.title = "下一版"
    draft.save_revision()
    assert audit() == []


def test_the_command_fails_and_prints_each_policy_once() -> None:
    page = signed_policy()
    change_title(page)
    hide_record(page)
    err = StringIO()
    with pytest.raises(CommandError, match="1 policies"):
        call_command("audit_policies", stderr=err)
    (line,) = err.getvalue().strip().splitlines()
    assert line.startswith(str(page.pk)) and "；" not in line.split(":")[0] and "; " in line


def test_the_command_passes_on_an_empty_site() -> None:
    out = StringIO()
    call_command("audit_policies", stdout=out)
    assert "passes" in out.getvalue()
