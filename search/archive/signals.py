"""`documents_changed(document_ids=[int], deleted=bool)`: rows of the archive were written or removed."""

from django.dispatch import Signal

documents_changed = Signal()
