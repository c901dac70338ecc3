"""Which department answers for a document of the archive: the body that issued it, where it is one of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.organisations.models import Department
from search.archive.models import NormativeDocument

_BETWEEN = re.compile(r"[、，,；;\s]+")


class DepartmentIndex:
    """Departments by name and short name, read once."""

    def __init__(self) -> None:
        self._by_name: dict[str, Department] = {}
        for department in Department.objects.all():
            for name in (department.name, department.short_name):
                if name:
                    self._by_name.setdefault(name, department)

    def responsible(self, document: NormativeDocument) -> Department | None:
        """The first of the issuers that is a department here; None when the issuer is somebody else."""
        names: Iterable[str] = (*_BETWEEN.split(document.issuing_authority), *(document.co_issuers or ()))
        return next((self._by_name[name] for name in names if name in self._by_name), None)
