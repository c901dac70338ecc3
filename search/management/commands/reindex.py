"""`manage.py reindex`: build the index of the whole archive beside the old one, then swap."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from search import indexing
from search.engines.base import EngineBusy, EngineUnavailable
from search.preparation import PreparedDocument


class Command(BaseCommand):
    """Readers are answered by the old index until the new one is complete."""

    help = "Rebuild the search index from the archive; searches go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when another process is writing the index or it cannot be written."""
        started = time.monotonic()
        quiet = options["verbosity"] == 0

        def progress(documents: Iterable[PreparedDocument], total: int) -> Iterable[PreparedDocument]:
            bar: Iterable[PreparedDocument] = tqdm(
                documents, total=total, unit="doc", file=self.stderr, disable=quiet
            )
            return bar

        try:
            count = indexing.rebuild(progress=progress)
            # What changed while the index was being built.
            report = indexing.drain()
        except EngineBusy as error:
            raise CommandError(_("索引正由另一进程写入，请稍后再试。")) from error
        except EngineUnavailable as error:
            raise CommandError(_("索引无法写入，没有任何改动丢失：%(reason)s") % {"reason": error}) from error
        seconds = time.monotonic() - started
        if not quiet:
            self.stdout.write(
                _("已建立索引：%(count)s 件，%(seconds).1f 秒；期间变更 %(changed)s 件。")
                % {"count": count, "seconds": seconds, "changed": report.written + report.removed}
            )
