"""Names of this app's audit entries for consultations and comments (outcomes register their own)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

ACTIONS = {
    "yanlu.consultation_opened": (_("公开征求意见"), _("公开征求意见")),
    "yanlu.consultation_extended": (_("延长征求意见期限"), _("延长了征求意见期限")),
    "yanlu.consultation_terminated": (_("终止征求意见"), _("终止了征求意见")),
    "yanlu.comment_screened": (_("审核意见"), _("审核了一条意见")),
    "yanlu.comment_withdrawn": (_("撤回意见"), _("作者撤回了意见")),
}


@hooks.register("register_log_actions")
def register_consultation_actions(actions: Any) -> None:
    for action, (label, message) in ACTIONS.items():
        actions.register_action(action, label, message)
