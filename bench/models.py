"""The peer: the same documents in a model searched as Wagtail's manual says."""

from __future__ import annotations

from django.db import models
from wagtail.search import index


class PeerDocument(index.Indexed, models.Model):
    """Position in the archive file, title and text, with plain search fields."""

    position = models.IntegerField(primary_key=True)
    title = models.TextField()
    body = models.TextField()

    search_fields = [index.SearchField("title", boost=4), index.SearchField("body")]

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.title
