"""From when a newer text stands in the place of an older one."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The days that comparing versions has found so far."""
    database = schema_editor.connection.alias
    acts = apps.get_model("upkeep", "ValidityAct").objects.using(database).filter(origin="version")
    documents = apps.get_model("archive", "NormativeDocument").objects.using(database)
    first = acts.values("document_id").annotate(day=models.Min("effective_on")).order_by()
    for row in first.iterator():
        documents.filter(pk=row["document_id"]).update(replaced_on=row["day"])


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0008_extensions"),
        ("upkeep", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="normativedocument",
            name="replaced_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="被新文本代替日期"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
