"""How the gate and the review appear in Wagtail's screens. Nothing here decides: the guard and the services do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from interpretations import admin_views
from interpretations.exceptions import PublicationBlocked
from interpretations.gate import obstacles
from interpretations.models import PolicyDocumentPage
from interpretations.models.workflow import under_review
from interpretations.rules import may_review
from interpretations.signal_handlers import CANNOT_VANISH
from portal.home.models import BasePage

PUBLISH = "action-publish"


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    return [
        path("policies/<int:page_id>/review/", admin_views.ReviewView.as_view(), name="policy_review"),
        path("policies/<int:page_id>/submit/", admin_views.submit, name="policy_submit"),
        path("policies/<int:page_id>/release/", admin_views.release, name="policy_release"),
        path("policies/<int:page_id>/withdraw/", admin_views.WithdrawView.as_view(), name="policy_withdraw"),
        path("policies/<int:page_id>/checklist/", admin_views.checklist_fragment, name="policy_checklist"),
    ]


def refuse(request: HttpRequest, error: PublicationBlocked, page: BasePage) -> HttpResponse:
    """Say what is missing and go back to the editor; what was typed has been saved as a draft."""
    messages.error(request, error.summary())
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_publish_page")
def check_before_publishing(request: HttpRequest, page: BasePage) -> HttpResponse | None:
    if isinstance(page, PolicyDocumentPage) and (missing := obstacles(page, at=page.go_live_at)):
        return refuse(request, PublicationBlocked(missing, title=page.title), page)
    return None


@hooks.register("before_create_page")
def save_instead_of_publishing(
    request: HttpRequest, parent_page: BasePage, page_class: type[BasePage]
) -> HttpResponse | None:
    """A policy cannot be born published: keep what was typed as a draft, and say what is missing after the save."""
    if page_class is PolicyDocumentPage and request.method == "POST" and PUBLISH in request.POST:
        data = request.POST.copy()
        del data[PUBLISH]
        request.POST = data  # type: ignore[assignment]
        request.META["yanlu.publish_refused"] = True
    return None


@hooks.register("after_create_page")
def explain_saved_instead(request: HttpRequest, page: BasePage) -> HttpResponse | None:
    if request.META.get("yanlu.publish_refused") and isinstance(page, PolicyDocumentPage):
        return refuse(request, PublicationBlocked(obstacles(page), title=page.title), page)
    return None


@hooks.register("before_bulk_action")
def check_before_bulk_action(
    request: HttpRequest, action_type: str, objects: list[BasePage], action: Any
) -> HttpResponse | None:
    """Publishing many: leave out what may not go live and say why, the rest goes on. Withdrawing needs a reason each."""
    if action_type == "publish":
        _drop_blocked(request, objects, action)
    elif action_type == "unpublish":
        _drop_policies(request, objects, action)
    elif action_type == "delete":
        _drop_released(request, objects)
    else:
        return None
    return None if objects else redirect(action.next_url)


def _affected(page: BasePage, action: Any) -> list[PolicyDocumentPage]:
    data = action.cleaned_form.cleaned_data if action.cleaned_form else {}
    tree = page.get_descendants(inclusive=True) if data.get("include_descendants") else [page]
    return [page.specific for page in tree if page.specific_class is PolicyDocumentPage]


def _drop_blocked(request: HttpRequest, objects: list[BasePage], action: Any) -> None:
    for page in list(objects):
        for policy in _affected(page, action):
            draft = under_review(policy)
            if missing := obstacles(draft, at=draft.go_live_at):
                messages.error(request, PublicationBlocked(missing, title=draft.title).summary())
                if page in objects:
                    objects.remove(page)


def _drop_policies(request: HttpRequest, objects: list[BasePage], action: Any) -> None:
    for page in list(objects):
        if policies := _affected(page, action):
            objects.remove(page)
            message = _t("撤回《%(title)s》须逐份写明说明。") % {"title": policies[0].title}
            messages.error(request, message)


def _drop_released(request: HttpRequest, objects: list[BasePage]) -> None:
    for page in list(objects):
        if released := _released_below(page):
            objects.remove(page)
            messages.error(request, f"《{released.title}》：{CANNOT_VANISH}")


def _released_below(page: BasePage) -> PolicyDocumentPage | None:
    """The page itself or one below it that is a policy the public has read."""
    below = PolicyDocumentPage.objects.descendant_of(page, inclusive=True)
    found: PolicyDocumentPage | None = below.released().order_by("path").first()
    return found


@hooks.register("before_delete_page")
def keep_released(request: HttpRequest, page: BasePage) -> HttpResponse | None:
    """What was published once stays readable: it is withdrawn with an explanation, never deleted."""
    released = _released_below(page)
    if released is None:
        return None
    messages.error(request, f"《{released.title}》：{CANNOT_VANISH}")
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_unpublish_page")
def withdraw_with_explanation(request: HttpRequest, page: BasePage) -> HttpResponse | None:
    """A published policy is not simply taken down: the withdrawal form asks for the public explanation."""
    if isinstance(page, PolicyDocumentPage):
        return redirect("policy_withdraw", page.pk)
    if request.POST.get("include_descendants"):
        below = PolicyDocumentPage.objects.descendant_of(page).live().order_by("path").first()
        if below is not None:
            # Before anything else below goes down: Wagtail takes the pages one by one, outside a transaction.
            messages.error(request, _t("撤回《%(title)s》须逐份写明说明。") % {"title": below.title})
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


class ReviewMenuItem(ActionMenuItem):
    """From the editor to the review screen."""

    name = "action-policy-review"
    label = _("查看审签")
    icon_name = "clipboard-list"
    order = 5

    def is_shown(self, context: dict[str, Any]) -> bool:
        page = context.get("page")
        return (
            context["view"] == "edit"
            and isinstance(page, PolicyDocumentPage)
            and may_review(context["request"].user, page)
        )

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("policy_review", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def review_menu_item() -> ActionMenuItem:
    return ReviewMenuItem()


@hooks.register("construct_page_action_menu")
def offer_only_what_can_succeed(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """No publish button in the editor of a policy that would be refused, nor on one that is being created."""
    page = context.get("page")
    creating = context["view"] == "create" and _creates_policy(context)
    if creating or (isinstance(page, PolicyDocumentPage) and obstacles(page)):
        menu_items[:] = [item for item in menu_items if item.name != PUBLISH]


def _creates_policy(context: dict[str, Any]) -> bool:
    return isinstance(context.get("page"), PolicyDocumentPage) or context["request"].path.endswith(
        "/interpretations/policydocumentpage/" + str(context["parent_page"].pk) + "/"
    )


class _ByKind(LogFormatter):
    """`label` and what was decided at which step."""

    def format_message(self, log_entry: Any) -> str:
        return f"{self.label}：{log_entry.data.get('kind_label', '')}"

    def format_comment(self, log_entry: Any) -> str:
        parts = (log_entry.data.get("labels"), log_entry.data.get("note"))
        return "；".join(part for part in parts if part)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("yanlu.policy.submit", _("送审"), _("将文件、解读方案和解读材料一并送审"))
    actions.register_action("yanlu.policy.publish", _("同步发布"), _("同步发布文件与解读"))
    actions.register_action("yanlu.policy.schedule", _("安排定时发布"), _("安排文件与解读定时同步发布"))

    @actions.register_action("yanlu.policy.sign")
    class Signed(_ByKind):
        label = _("签署")

    @actions.register_action("yanlu.policy.return")
    class Returned(_ByKind):
        label = _("退文")

    @actions.register_action("yanlu.policy.withdraw")
    class Withdrawn(LogFormatter):
        label = _("撤回")
        message = _("撤回文件，公开说明原因")

        def format_comment(self, log_entry: Any) -> str:
            return str(log_entry.data.get("explanation", ""))

    @actions.register_action("yanlu.schedule.held_back")
    class HeldBack(LogFormatter):
        label = _("定时发布受阻")
        message = _("到了预定时间，但没有发布")

        def format_comment(self, log_entry: Any) -> str:
            return str(log_entry.data.get("reason", ""))


@hooks.register("insert_editor_js")
def editor_js() -> str:
    """The checklist follows automatic saves."""
    return format_html('<script src="{}" defer></script>', static("js/policy-checklist.js"))


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/policies-admin.css"))
