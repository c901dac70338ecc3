"""The staff's first page: what waits for this person, each line with the way to it. Features say what (`todo_sources`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.models import TaskState
from wagtail.workflows import get_task_types

from portal.home.registry import Todo, TodoRegistry, todo_sources
from portal.organisations.duties import Duties, duties_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Lines of one group shown at once; the others unfold.
SHOWN = 6


@dataclass(frozen=True)
class TodoGroup:
    """Work of one kind; empty groups are not made."""

    key: str
    heading: StrOrPromise
    todos: Sequence[Todo]

    @property
    def shown(self) -> Sequence[Todo]:
        return self.todos[:SHOWN]

    @property
    def folded(self) -> Sequence[Todo]:
        return self.todos[SHOWN:]


def todo_groups(
    duties: Duties, at: datetime | None = None, registry: TodoRegistry = todo_sources
) -> list[TodoGroup]:
    """Everything that waits at `at` (default now) for the person with these duties, in the order of the registry."""
    moment = at or timezone.now()
    groups = (
        TodoGroup(source.key, source.heading, list(source.collect(duties, moment)))
        for source in registry.ordered()
    )
    return [group for group in groups if group.todos]


class TodoPanel(Component):
    """The list on the first page of the admin, above Wagtail's own panels."""

    name = "todo"
    order = 100
    template_name = "home/admin/todo.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Groups, how many things there are, and whether the person has any role at all."""
        duties = duties_of((parent_context or {})["request"].user)
        # Without a role nothing can wait: an administrator signs, decides and screens for nobody.
        groups = todo_groups(duties) if duties else []
        return {"groups": groups, "total": sum(len(group.todos) for group in groups), "duties": duties}


class OtherReviewsPanel(WorkflowObjectsToModeratePanel):
    """Wagtail's list of reviews without the steps that the to-do list shows already (`Task.listed_in_todo`)."""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        """Empty, without looking at each page, unless there is a step of another kind."""
        listed = [model for model in get_task_types() if getattr(model, "listed_in_todo", False)]
        types = ContentType.objects.get_for_models(*listed).values()
        request = parent_context["request"]
        others = TaskState.objects.reviewable_by(request.user).exclude(task__content_type__in=types)
        if not others.exists():
            return {"states": [], "request": request, "csrf_token": parent_context["csrf_token"]}
        context: dict[str, Any] = super().get_context_data(parent_context)
        wanted = set(others.values_list("pk", flat=True))
        context["states"] = [state for state in context["states"] if state["task_state"].pk in wanted]
        return context


def arrange_panels(panels: list[Any]) -> None:
    """Put the to-do list first and let it stand in for what it repeats."""
    panels[:] = [
        OtherReviewsPanel() if type(panel) is WorkflowObjectsToModeratePanel else panel for panel in panels
    ]
    panels.append(TodoPanel())
