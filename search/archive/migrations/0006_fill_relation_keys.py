"""Keys of the documents that are already here, by which citations find them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from search.archive.titles import keys_of

_BATCH = 1_000


def fill_keys(apps: Any, schema_editor: Any) -> None:
    """Batch by batch, so that an archive of millions does not have to fit in memory."""
    model = apps.get_model("archive", "NormativeDocument")
    batch = []
    for document in model.objects.only("pk", "title").iterator(chunk_size=_BATCH):
        for name, value in keys_of(document.title).items():
            setattr(document, name, value)
        batch.append(document)
        if len(batch) == _BATCH:
            model.objects.bulk_update(batch, ["title_key", "carried_key"], batch_size=200)
            batch = []
    if batch:
        model.objects.bulk_update(batch, ["title_key", "carried_key"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("archive", "0005_relation_keys")]

    operations = [migrations.RunPython(fill_keys, migrations.RunPython.noop)]
