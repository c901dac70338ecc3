"""What staff choose between never reads alike, in any language."""

from __future__ import annotations

import pytest
from django.utils import translation

from search.archive.relation_admin import DecisionForm


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_two_decisions_have_one_name(language: str) -> None:
    with translation.override(language):
        labels = [str(label) for _value, label in DecisionForm.base_fields["decision"].choices]
    assert len(labels) >= 3
    assert len(set(labels)) == len(labels)
