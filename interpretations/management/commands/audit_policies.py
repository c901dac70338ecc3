"""Lists what reached the database past the gate: rows, signatures, files and archive records no guard has seen."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from interpretations.audit import audit


class Command(BaseCommand):
    help = "Check every policy that is or was public against the gate and the archive; fails when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit()
        for finding in found:
            self.stderr.write(f"{finding.page_id} {finding.title}: {'; '.join(finding.messages)}")
        if found:
            raise CommandError(f"{len(found)} policies are not as the gate would have them")
        self.stdout.write("every policy passes the gate")
