"""`/healthz` says that the process answers; `/readyz` says whether what it depends on does."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.celery import app as celery_app
from search.selectors import index_status

logger = logging.getLogger(__name__)
BROKER_SECONDS = 2


class NotReadyError(Exception):
    """A dependency answers, but is not usable yet. The text is shown."""


def database() -> None:
    """Raises when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def broker() -> None:
    """Raises when a task could not be queued."""
    if settings.CELERY_BROKER_URL.startswith("filesystem://"):
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"]
        if not os.access(folder, os.W_OK):
            raise NotReadyError("queue folder is not writable")
        return
    with celery_app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)


def index() -> None:
    """Raises when searches cannot be answered."""
    status = index_status()
    if not status.usable:
        raise NotReadyError(status.reason or "index is not usable")


#: Without these the site still serves its pages, if less well: no reason to take every machine out of service at once.
DISPENSABLE = frozenset({"index"})
CHECKS: dict[str, Callable[[], None]] = {"database": database, "broker": broker, "index": index}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process serves requests; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every dependency answers, `degraded` when searches answer from titles and numbers only, else 503.

    The reason of a failure goes to the log, not to the public.
    """
    results = {name: _run(name, check) for name, check in CHECKS.items()}
    failed = {name for name, said in results.items() if said != "ok"}
    if failed - DISPENSABLE:
        return JsonResponse({"status": "not ready", **results}, status=503)
    return JsonResponse({"status": "degraded" if failed else "ready", **results})


def _run(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReadyError as error:
        return str(error)
    except Exception:
        # Whatever a driver raises here means the same: this dependency does not answer.
        logger.exception("readyz: %s does not answer", name)
        return "unavailable"
    return "ok"
