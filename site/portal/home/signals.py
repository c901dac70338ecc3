"""`pages_written_in_bulk(rows, values)`: `BasePage.objects.…update(**values)` is about to write; a feature may raise."""

from django.dispatch import Signal

pages_written_in_bulk = Signal()
