"""Extensions of validity: what texts say about how much longer others are in force."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def read_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Texts that may extend others were read before the words were known; the hourly task reads them again."""
    documents = apps.get_model("archive", "NormativeDocument").objects.using(schema_editor.connection.alias)
    words = Q(pk__in=[])
    for word in ("延长", "延续", "顺延", "延期", "继续有效", "继续执行", "继续施行", "继续实施"):
        words |= Q(text__contains=word)
    documents.filter(words).update(relations_read_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("archive", "0007_relations_unread"),
    ]

    operations = [
        migrations.AddField(
            model_name="documentrelation",
            name="term_after",
            field=models.DateField(blank=True, null=True, verbose_name="所称原有效期至"),
        ),
        migrations.AddField(
            model_name="documentrelation",
            name="term_months",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="延长月数"),
        ),
        migrations.AddField(
            model_name="documentrelation",
            name="term_until",
            field=models.DateField(blank=True, null=True, verbose_name="延续至"),
        ),
        migrations.AddField(
            model_name="normativedocument",
            name="stated_until",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="原有效期至"),
        ),
        migrations.AlterField(
            model_name="documentrelation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("basis", "依据"),
                    ("amends", "修改"),
                    ("repeals", "废止"),
                    ("extends", "延续有效"),
                    ("forwards", "转发"),
                    ("prints", "印发"),
                    ("interprets", "解读"),
                    ("cites", "引用"),
                    ("draft_of", "征求意见稿"),
                ],
                max_length=20,
                verbose_name="关系",
            ),
        ),
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
