"""The queue, the worker and the clock: what runs when."""

from typing import Any

from celery.schedules import crontab

from portal.settings.paths import DATA_DIR, env, make_folder

# Celery: a broker in the file system needs no server; Redis replaces it by CELERY_BROKER_URL.
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = DATA_DIR / "queue"
    for _name in ("messages", "processed", "control"):
        make_folder(_queue / _name)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
    }
else:
    # A task whose worker was killed is handed out again after this many seconds. Tasks that last longer run twice,
    # which they all survive. A page must not wait long for a queue that does not answer.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=600),
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 30,
    }
    CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
# Tasks carry no data and may last: a worker takes one at a time, and the one it was killed in is done again.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "portal.clock.Clock"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    # Alerts on searches: what is new for whom, what waits to be sent, whose address has served its time.
    "alerts.run_due": {"task": "search.alerts.tasks.run_due", "schedule": crontab(minute="*/15")},
    "alerts.send_due": {"task": "search.alerts.tasks.send_due", "schedule": crontab(minute="*/5")},
    "alerts.purge": {"task": "search.alerts.tasks.purge", "schedule": crontab(hour=0, minute=45)},
    # All of the index is read for damage once a night.
    "search.check_index": {"task": "search.tasks.build_index", "schedule": crontab(hour=3, minute=40)},
    # A publication wakes the worker itself; this finds what was written while the queue could not be reached.
    "search.catch_up": {"task": "search.tasks.catch_up", "schedule": crontab(), "options": {"expires": 55}},
    # A publication has its relations read at once; this takes up what an import or a lost task left behind.
    "archive.read_relations": {"task": "search.archive.tasks.read_relations", "schedule": crontab(minute=25)},
    # Contact details after their retention period; what was typed and never confirmed.
    "consultations.purge_contacts": {
        "task": "consultations.tasks.purge_contacts",
        "schedule": crontab(hour=0, minute=20),
    },
    "consultations.purge_pending": {
        "task": "consultations.tasks.purge_pending",
        "schedule": crontab(minute=35),
    },
    "interpretations.publish_scheduled": {
        "task": "interpretations.tasks.publish_scheduled",
        "schedule": crontab(),
    },
    # Documents whose validity ends within the reminder period: one digest to each department.
    "upkeep.remind_of_expiry": {
        "task": "search.upkeep.tasks.remind_of_expiry",
        "schedule": crontab(hour=7, minute=30),
    },
    # Assignments begin and end at midnight, Asia/Shanghai.
    "organisations.sync_all_groups": {
        "task": "portal.organisations.tasks.sync_all_groups",
        "schedule": crontab(hour=0, minute=5),
    },
}
