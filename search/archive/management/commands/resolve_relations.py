"""`manage.py resolve_relations`: read the relations between documents off their texts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from search.archive.relations import resolve_relations


class Command(BaseCommand):
    help = "从正文识别文件之间的关系（依据、修改、废止、印发、转发、引用）。重复运行不会产生重复。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = resolve_relations()
        figures = {"written": done.written, "resolved": done.resolved, "acts": done.acts}
        self.stdout.write(
            _("新关系 %(written)s 条，对应到库内文件 %(resolved)s 条，记录废止 %(acts)s 件。") % figures
        )
