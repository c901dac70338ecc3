from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0003_acts_and_clauses'),
    ]

    operations = [
        migrations.AddField(
            model_name='normativedocument',
            name='lowest_confidence',
            field=models.FloatField(blank=True, db_index=True, null=True, verbose_name='最低可信度'),
        ),
        migrations.AddField(
            model_name='normativedocument',
            name='signature',
            field=models.CharField(blank=True, max_length=500, verbose_name='落款'),
        ),
    ]
