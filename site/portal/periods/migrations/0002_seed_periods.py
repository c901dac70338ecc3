"""The periods the law sets, and configurable defaults for those it leaves open (`verified=False`)."""

import datetime as dt

from django.db import migrations

DEFAULTS_FROM = dt.date(2016, 1, 1)
DECISION_REGULATION = dt.date(2019, 9, 1)  # 国令713 in force
DISCLOSURE_REGULATION = dt.date(2019, 5, 15)  # 国令711, as revised, in force
LEGALITY_OPINION = dt.date(2018, 12, 4)  # 国办发〔2018〕115号

DAY, WORKING_DAY = "day", "working_day"

ROWS = [
    ("consultation_minimum_major_decision", 30, DAY, "国令713 §15", DECISION_REGULATION, True),
    ("consultation_minimum_rule", 30, DAY, "国令713 §15", DECISION_REGULATION, True),
    ("consultation_minimum_business", 30, DAY, "国令713 §15", DECISION_REGULATION, True),
    ("consultation_minimum_normative", 7, WORKING_DAY, "地方规范性文件管理办法", DEFAULTS_FROM, False),
    ("outcome_due", 30, DAY, "国家未规定期限，默认值", DEFAULTS_FROM, False),
    ("proactive_disclosure", 20, WORKING_DAY, "国令711 §26", DISCLOSURE_REGULATION, True),
    ("legality_review", 7, WORKING_DAY, "国令713 §26", DECISION_REGULATION, True),
    ("legality_review_normative_minimum", 5, WORKING_DAY, "国办发〔2018〕115号", LEGALITY_OPINION, True),
    ("legality_review_normative_maximum", 15, WORKING_DAY, "国办发〔2018〕115号", LEGALITY_OPINION, True),
    ("interpretation_grace", 3, WORKING_DAY, "地方政策解读工作规定", DEFAULTS_FROM, False),
    ("filing", 30, DAY, "地方规范性文件备案规定", DEFAULTS_FROM, False),
    ("validity_evaluation_reminder", 180, DAY, "地方规范性文件管理办法", DEFAULTS_FROM, False),
    ("hearing_materials", 7, DAY, "国令713 §§16-17", DECISION_REGULATION, True),
    ("hearing_notice_rule", 30, DAY, "国令713 §§16-17", DECISION_REGULATION, True),
    ("contact_retention", 365, DAY, "个人信息最短必要保存，默认值", DEFAULTS_FROM, False),
]


def seed(apps, schema_editor):
    period = apps.get_model("periods", "StatutoryPeriod")
    for code, value, unit, basis, since, verified in ROWS:
        period.objects.get_or_create(
            code=code,
            in_force_from=since,
            defaults={"value": value, "unit": unit, "basis": basis, "verified": verified},
        )


class Migration(migrations.Migration):
    dependencies = [("periods", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
