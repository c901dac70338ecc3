"""Wagtail's forms of attachments and pictures, which say why a file of a live policy cannot be replaced (ADR 0001).

The guard in `package_guard` would refuse as well, but only after Wagtail's form has deleted the old file.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from interpretations.package_guard import file_in_use, shown_live


def _judged(form: Any) -> Any:
    file = form.cleaned_data.get("file")
    if form.instance.pk and "file" in form.changed_data and shown_live(form.instance):
        raise ValidationError(file_in_use())
    return file


class GuardedDocumentForm(BaseDocumentForm):
    def clean_file(self) -> Any:
        return _judged(self)


class GuardedImageForm(BaseImageForm):
    def clean_file(self) -> Any:
        return _judged(self)
