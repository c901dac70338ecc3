"""The order of an issue under any sequence of additions, moves and removals; what its publication fixes."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.gazette import services
from search.gazette.enums import Direction
from search.gazette.models import GazetteEntry, GazetteIssue
from tests.factories.gazette import EntryFactory, IssueFactory, office, published
from tests.factories.search import ArchivedDocumentFactory

pytestmark = pytest.mark.django_db
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.just(0)),
        st.tuples(st.sampled_from([*Direction.values, "remove"]), st.integers(0, 9)),
    ),
    max_size=8,
)


def order(issue: GazetteIssue) -> list[int]:
    return [entry.document_id for entry in issue.entries.order_by("position", "pk")]


def moved(expected: list[int], index: int, step: str) -> list[int]:
    """What the step means for a plain list."""
    out = list(expected)
    document = out.pop(index)
    if step == "remove":
        return out
    there = max(0, index - 1) if step == Direction.UP else min(len(out), index + 1)
    out.insert(there, document)
    return out


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_an_issue_is_a_list(steps: list[tuple[str, int]]) -> None:
    GazetteIssue.objects.all().delete()
    user, issue = office(), IssueFactory.create()
    expected: list[int] = []
    for step, where in steps:
        entries = list(issue.entries.order_by("position", "pk"))
        if step == "add":
            document = ArchivedDocumentFactory.create()
            services.add_entries(issue=issue, user=user, documents=[document.pk])
            expected.append(document.pk)
        elif entries:
            entry = entries[where % len(entries)]
            if step == "remove":
                services.remove_entry(entry=entry, user=user)
            else:
                services.move_entry(entry=entry, user=user, direction=Direction(step))
            expected = moved(expected, where % len(entries), step)
        assert order(issue) == expected
    positions = list(issue.entries.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(expected) + 1)), "numbered without gaps"


def test_nothing_moves_after_publication() -> None:
    user = office()
    first = published().entries.get()
    other = EntryFactory.create()
    for act in (
        lambda: services.move_entry(entry=first, user=user, direction=Direction(Direction.values[0])),
        lambda: services.remove_entry(entry=first, user=user),
        lambda: services.update_entry(entry=first, user=user, section="公文", page=3),
        lambda: services.add_entries(issue=first.issue, user=user, documents=[other.document_id]),
    ):
        with pytest.raises(ValidationError):
            act()
    assert order(first.issue) == [first.document_id]
    assert GazetteEntry.objects.get(pk=first.pk).section == first.section
