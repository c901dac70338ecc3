"""Permission: submit for opening (`rules`): role x state."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consultations.services import submit_for_opening
from tests.consultations.permissions import EVERYBODY, person
from tests.factories.consultations import ConsultationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_drafter_and_head_of_the_department_submit(who: str) -> None:
    page = ConsultationFactory.create(draft=True, opens_on=timezone.localdate())
    user = person(who, page)
    if who in ("drafter", "head"):
        assert submit_for_opening(page=page, user=user).requested_by == user
        return
    with pytest.raises(PermissionDenied):
        submit_for_opening(page=page, user=user)
    assert page.current_workflow_state is None


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_the_head_may_act_on_the_task(who: str) -> None:
    page = ConsultationFactory.create(draft=True, opens_on=timezone.localdate())
    submit_for_opening(page=page, user=person("drafter", page))
    task = page.current_workflow_task
    user = person(who, page)
    names = [name for name, _label, _modal in task.get_actions(page, user)]
    assert names == (["reject", "approve"] if who == "head" else [])
    if who == "head":
        assert list(task.get_task_states_user_can_moderate(user)) == [page.current_workflow_task_state]
    else:
        with pytest.raises(PermissionDenied):
            task.on_action(page.current_workflow_task_state, user, "approve")
