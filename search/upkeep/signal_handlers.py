"""A changed document may be a newer version of another."""

from __future__ import annotations

from collections.abc import Sequence

from django.dispatch import receiver

from search.archive.signals import documents_changed
from search.upkeep.found import acts_from_versions, version_groups


@receiver(documents_changed, dispatch_uid="upkeep.versions")
def follow_versions(sender: object, document_ids: Sequence[int], **kwargs: object) -> None:
    """Within the transaction of the change; ends by itself because unchanged documents are not told again."""
    if groups := version_groups(document_ids):
        acts_from_versions(groups)
