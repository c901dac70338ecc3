"""Sent inside the transaction that publishes an outcome; receivers enqueue ids on commit."""

from django.dispatch import Signal

#: kwargs: `outcome`
outcome_published = Signal()
