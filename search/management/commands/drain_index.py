"""`manage.py drain_index`: bring the index up to date without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search import indexing
from search.engines.base import EngineBusy, EngineUnavailable
from search.models import ActionStatus, IndexAction

#: Failed rows whose reason is printed.
SHOWN = 20


class Command(BaseCommand):
    """Takes every pending row of the index queue."""

    help = "Apply all pending index actions now."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--retry-failed", action="store_true", help="also take up rows that were given up"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when the index cannot be written now, or when rows still fail."""
        if options["retry_failed"]:
            IndexAction.objects.filter(status=ActionStatus.FAILED).update(
                status=ActionStatus.PENDING, tries=0, finished_at=None
            )
        try:
            report = indexing.drain()
        except EngineBusy as error:
            raise CommandError(_("索引正由另一进程写入，请稍后再试。")) from error
        except EngineUnavailable as error:
            raise CommandError(_("索引无法写入，没有任何改动丢失：%(reason)s") % {"reason": error}) from error
        if report.rebuilt:
            self.stdout.write(_("索引缺失或版本不符，已重新建立：%(count)s 件。") % {"count": report.rebuilt})
        self.stdout.write(
            _("完成 %(done)s 项（写入 %(written)s 件，移除 %(removed)s 件），失败 %(failed)s 项。")
            % {
                "done": report.done,
                "written": report.written,
                "removed": report.removed,
                "failed": report.failed,
            }
        )
        if report.failed:
            for action in IndexAction.objects.exclude(reason="").exclude(status=ActionStatus.DONE)[:SHOWN]:
                self.stderr.write(f"{action.document_id}: {action.reason}")
            raise CommandError(_("有索引任务失败，原因如上；下次处理时会重试。"))
