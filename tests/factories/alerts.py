"""Alerts, their addresses and mails, and searches that found nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from search.alerts import journal
from search.alerts.enums import AlertStatus, Frequency, MailKind
from search.alerts.models import AlertContact, AlertMail, MissedSearch, SearchAlert
from search.alerts.searches import digest_of
from search.alerts.services import contact_key


class ContactFactory(DjangoModelFactory[AlertContact]):
    class Meta:
        model = AlertContact

    email = factory.Sequence(lambda n: f"reader{n}@example.org")
    key = factory.LazyAttribute(lambda contact: contact_key(contact.email))
    created_at = factory.LazyFunction(timezone.now)


class AlertFactory(DjangoModelFactory[SearchAlert]):
    """A confirmed daily alert that is due now and starts at the present end of the journal."""

    class Meta:
        model = SearchAlert

    contact = factory.SubFactory(ContactFactory)
    parameters = "q=%E5%85%AC%E7%A7%AF%E9%87%91"
    digest = factory.LazyAttribute(lambda alert: digest_of(alert.parameters))
    frequency = Frequency.DAILY
    status = AlertStatus.CONFIRMED
    created_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=1))
    confirmed_at = factory.SelfAttribute("created_at")
    checked_until = factory.SelfAttribute("created_at")
    journal_position = factory.LazyFunction(journal.position_now)
    next_due_at = factory.LazyFunction(timezone.now)


class MailFactory(DjangoModelFactory[AlertMail]):
    """A waiting announcement."""

    class Meta:
        model = AlertMail

    alert = factory.SubFactory(AlertFactory)
    kind = MailKind.FOUND
    created_at = factory.LazyFunction(timezone.now)
    try_at = factory.SelfAttribute("created_at")
    total = 1


class MissedFactory(DjangoModelFactory[MissedSearch]):
    """A search of today that found nothing, once."""

    class Meta:
        model = MissedSearch

    text = factory.Sequence(lambda n: f"查不到的词{n}")
    key = factory.LazyAttribute(lambda miss: digest_of(miss.text))
    parameters = factory.LazyAttribute(lambda miss: f"q={miss.text}")
    day = factory.LazyFunction(timezone.localdate)
    last_at = factory.LazyFunction(timezone.now)


def soon(**delta: Any) -> dt.datetime:
    """A moment after everything made so far has settled: an hour from now, or `delta` from now."""
    return timezone.now() + dt.timedelta(**(delta or {"hours": 1}))
