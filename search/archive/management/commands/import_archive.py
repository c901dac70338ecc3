"""`manage.py import_archive PATH…`: take files, folders and jsonl archives into the archive, and tell the index."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from search.archive.enums import Reason
from search.archive.importing.run import ArchiveImport, Report, total_bytes
from search.archive.relations import read_unread
from search.archive.statistics import refresh_statistics

_ROWS = {
    "added": "新增", "updated": "更新", "unchanged": "未变化", "set_aside": "搁置待人工确认", "waiting": "此前已搁置，仍待确认",
}  # fmt: skip


class Command(BaseCommand):
    help = (
        "导入规范性文件：jsonl、jsonl.gz、html、docx、doc、pdf、txt、md、zip 及文件夹。重复运行不会产生变化。"
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="文件或文件夹，可多个")
        parser.add_argument("--dry-run", action="store_true", help="只读取和统计，不写入")
        parser.add_argument("--quiet", action="store_true", help="不显示进度条")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="把结果写成 JSON")
        parser.add_argument("--jobs", type=int, help="读取文件的进程数（默认按处理器数，最多 4）")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["paths"]
        missing = [str(p) for p in paths if not p.exists()]
        if missing:
            raise CommandError(_("找不到：%(paths)s") % {"paths": "、".join(missing)})
        total = total_bytes(paths)
        with tqdm(
            total=total, unit="B", unit_scale=True, disable=options["quiet"] or None, leave=False
        ) as bar:

            def progress(done: int, entries: int) -> None:
                bar.set_postfix_str(_("%(count)s 件") % {"count": entries}, refresh=False)
                bar.update(min(done, total) - bar.n)

            importer = ArchiveImport(dry_run=options["dry_run"], jobs=options["jobs"], progress=progress)
            report = importer.run(paths)
        if not options["dry_run"]:
            refresh_statistics()
            report.relations = read_unread().written
            self._drain(report)
        self._print(report)
        if options["report"]:
            options["report"].write_text(
                json.dumps(report.as_dict(), ensure_ascii=False, indent=2), encoding="utf-8"
            )

    def _drain(self, report: Report) -> None:
        """Bring the index up to date here and now; with a worker running it may be ahead of us, which is as good."""
        from search import indexing
        from search.engines.base import EngineBusy, EngineUnavailable

        try:
            done = indexing.drain()
        except EngineBusy:
            report.index_message = _("索引正由后台任务更新。")
        except EngineUnavailable:
            report.index_message = _("检索引擎不可用，变更已记录，引擎恢复后自动补上。")
        else:
            report.indexed = done.written + done.rebuilt

    def _print(self, report: Report) -> None:
        out = self.stdout.write
        tally = report.tally
        out(_("读取 %(read)s 件，来自 %(files)s 个文件：") % {"read": tally.read, "files": report.files})
        for key, label in _ROWS.items():
            out(f"  {tally.outcomes.get(key, 0):>7}  {_(label)}")
        if tally.reasons:
            out(_("搁置原因："))
            for code, count in tally.reasons.most_common():
                out(f"  {count:>7}  {Reason(code).label}")
            for item in tally.set_aside[:40]:
                out(f"           {Path(item['origin']).name}：{item['message']}")
            if len(tally.set_aside) > 40:
                out(
                    _("           ……其余 %(count)s 件见后台“待确认条目”。")
                    % {"count": len(tally.set_aside) - 40}
                )
        if report.shared_numbers:
            out(
                _("有 %(count)s 个字号对应不止一份文件（多为同一文件的不同文本），均已保留。")
                % {"count": report.shared_numbers}
            )
        if report.relations:
            out(_("新识别文件关系 %(count)s 条。") % {"count": report.relations})
        if report.indexed is not None:
            out(_("索引已更新 %(count)s 件。") % {"count": report.indexed})
        if report.index_message:
            out(report.index_message)
        figures = {
            "seconds": f"{report.seconds:.1f}", "speed": f"{report.per_second:.0f}", "memory": f"{report.peak_memory:.0f}",
            "children": f"{report.peak_memory_children:.0f}",
        }  # fmt: skip
        out(
            _("用时 %(seconds)s 秒，%(speed)s 件/秒，内存峰值 %(memory)s MB（读取进程 %(children)s MB）。")
            % figures
        )
        if report.dry_run:
            out(_("以上为试运行，未写入。"))
