"""`{% load alerts %}`: where a search can be subscribed to."""

from __future__ import annotations

from django import template
from django.urls import reverse

from search.alerts.searches import standing
from search.query import SearchQuery

register = template.Library()


@register.filter
def feed_url(query: SearchQuery) -> str:
    """The Atom feed of `query`."""
    return f"{reverse('alerts:feed')}{_parameters(query)}"


@register.filter
def subscribe_url(query: SearchQuery) -> str:
    """The form that asks for mails about `query`."""
    return f"{reverse('alerts:subscribe')}{_parameters(query)}"


def _parameters(query: SearchQuery) -> str:
    link = standing(query).link()
    return "" if link == "?" else link
