"""Slugs in addresses: letters of any script, digits, hyphens. Anything else is a 404 before it reaches the database."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter


class UnicodeSlugConverter(StringConverter):
    regex = r"[-\w]+"


register_converter(UnicodeSlugConverter, "policy_slug")
