"""The people of one department and a consultation of theirs that is over, for tests of what comes after."""

from __future__ import annotations

import pytest

from consultations.models import ConsultationPage
from tests.factories import outcomes as make


@pytest.fixture
def crew() -> make.Team:
    return make.team()


@pytest.fixture
def page(crew: make.Team) -> ConsultationPage:
    return make.closed(crew.department)
