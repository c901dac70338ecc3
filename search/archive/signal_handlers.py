"""Receivers only enqueue."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.dispatch import receiver

from search.archive.signals import documents_changed
from search.archive.tasks import read_relations

#: Larger changes are imports, which read the relations themselves at their end; the hourly run finds what they left.
FEW = 50


@receiver(documents_changed, dispatch_uid="archive.read_relations")
def wake_reader(sender: object, document_ids: Sequence[int], **kwargs: object) -> None:
    """After a publication or a correction, have the relations read soon."""
    if len(document_ids) <= FEW:
        # A queue that is down must not undo a publication.
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    read_relations.delay()
