"""Why a bundle under review cannot be edited."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.locks import WorkflowLock


class ReviewLock(WorkflowLock):
    """Holds for everybody: what is signed is what was submitted (H§9)."""

    def get_message(self, user: Any) -> str:
        return _("这份文件正在“%(step)s”环节审签，期间任何人不能修改；签署或退文请点“送审与审签”。") % {
            "step": self.task.name
        }

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        return _("审签期间任何人不能修改")
