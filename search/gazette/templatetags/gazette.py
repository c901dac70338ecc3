"""`{% load gazette %}`: where a document is printed."""

from __future__ import annotations

from django import template

from search.archive.models import NormativeDocument
from search.gazette.selectors import Printed, printed_in

register = template.Library()


@register.simple_tag
def gazette_of(document: NormativeDocument) -> Printed | None:
    """`{% gazette_of document as printed %}`: the issue that prints it, or nothing. At most two queries."""
    return printed_in(document)
