"""The explanation of one hit, for the template."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from search.explanations import Explanation
from search.selectors import ResultHit

register = template.Library()


@register.simple_tag
def explanation_of(hit: ResultHit, explanations: Mapping[int, Explanation]) -> Explanation | None:
    """Return the explanation of `hit`, if there is one."""
    return explanations.get(hit.document.pk)
