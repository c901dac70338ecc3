"""`{% load search_hits %}`: the marked text and the explanation of one hit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from search.explanations import Explanation
from search.highlights import Segment
from search.selectors import ResultHit

register = template.Library()


@register.simple_tag
def explanation_of(hit: ResultHit, explanations: Mapping[int, Explanation]) -> Explanation | None:
    """Return the explanation of `hit`, if there is one."""
    return explanations.get(hit.document.pk)


@register.filter
def marked(segments: Iterable[Segment]) -> SafeString:
    """Return the text of `segments`, escaped, with `<mark>` around what was asked for."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", s.text) if s.marked else s.text,) for s in segments)
    )
