"""`{% load search_examples %}`: searches to try."""

from __future__ import annotations

from django import template

from search.examples import example_queries

register = template.Library()
register.simple_tag(example_queries, name="search_examples")
