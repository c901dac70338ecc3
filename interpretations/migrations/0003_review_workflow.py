"""The review every policy goes through: legality, secrecy, the head's joint sign-off, the office (H§9)."""

from django.db import migrations

WORKFLOW = "政策文件与解读同步审签"
TASKS = (
    ("LegalityReviewTask", "合法性审核"),
    ("SecrecyReviewTask", "保密审查"),
    ("JointSignOffTask", "部门负责人同步审签"),
    ("OfficeAcceptanceTask", "办公厅（室）核收"),
)


def _content_type(apps, model):
    # Content types are made after all migrations: this one comes before them.
    content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="interpretations", model=model.lower()
    )
    return content_type


def create(apps, schema_editor):
    workflow_model = apps.get_model("wagtailcore", "Workflow")
    workflow_task = apps.get_model("wagtailcore", "WorkflowTask")
    workflow_content_type = apps.get_model("wagtailcore", "WorkflowContentType")
    workflow, created = workflow_model.objects.get_or_create(name=WORKFLOW)
    for position, (model, name) in enumerate(TASKS):
        task_model = apps.get_model("interpretations", model)
        task = task_model.objects.first()
        if task is None:
            task = task_model.objects.create(name=name, content_type=_content_type(apps, model))
        if created:
            workflow_task.objects.create(workflow=workflow, task_id=task.pk, sort_order=position)
    workflow_content_type.objects.get_or_create(
        content_type=_content_type(apps, "PolicyDocumentPage"), defaults={"workflow": workflow}
    )


def remove(apps, schema_editor):
    apps.get_model("wagtailcore", "Workflow").objects.filter(name=WORKFLOW).delete()
    for model, _name in TASKS:
        apps.get_model("interpretations", model).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("interpretations", "0002_review_tasks_and_withdrawal"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(create, remove)]
