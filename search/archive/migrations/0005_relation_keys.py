from django.db import migrations, models


def _key(name):
    return models.CharField(blank=True, db_index=True, max_length=160, verbose_name=name)


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_recognition")]

    operations = [
        migrations.RemoveConstraint(model_name="documentrelation", name="one_relation_per_place"),
        migrations.AddField(
            "documentrelation",
            "issuer",
            models.CharField(blank=True, max_length=120, verbose_name="所引制发机关"),
        ),
        migrations.AddField("documentrelation", "number_key", _key("所引字号键")),
        migrations.AddField("documentrelation", "title_key", _key("所引标题键")),
        migrations.AddField(
            "documentrelation", "rejected", models.BooleanField(default=False, verbose_name="已否定")
        ),
        migrations.AddField(
            "documentrelation",
            "target_clause_text",
            models.CharField(blank=True, max_length=120, verbose_name="所引条款原文"),
        ),
        migrations.AddField("normativedocument", "title_key", _key("标题键")),
        migrations.AddField("normativedocument", "carried_key", _key("所载标题键")),
        migrations.AddField(
            "normativedocument",
            "relations_read_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            "documentrelation", models.Index(fields=["source", "kind", "id"], name="relation_by_source")
        ),
        migrations.AddIndex(
            "documentrelation", models.Index(fields=["target", "kind", "id"], name="relation_by_target")
        ),
        migrations.AddConstraint(
            "documentrelation",
            models.UniqueConstraint(
                fields=("source", "kind", "target_text", "clause_id", "target_clause_text"),
                name="one_relation_per_place",
            ),
        ),
    ]
