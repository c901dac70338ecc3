"""Staff screens of a policy: the review of a bundle, its release and its withdrawal."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import View
from wagtail.admin import messages

from interpretations import presenters, services
from interpretations.checklist import checklist, current_task_state
from interpretations.enums import SignOffKind
from interpretations.exceptions import PublicationBlocked
from interpretations.forms import FinalSignForm, ReturnForm, ScheduleForm, SignForm, WithdrawForm
from interpretations.models import PolicyDocumentPage
from interpretations.models.workflow import under_review
from interpretations.rules import may_release, may_review, may_sign, may_submit, required_kinds
from portal.organisations.models import User

SIGN, RETURN = "sign", "return"


def _policy(request: HttpRequest, page_id: int) -> PolicyDocumentPage:
    """The latest content of the policy, for those who write or sign it, or may edit the page."""
    page = get_object_or_404(PolicyDocumentPage, pk=page_id)
    draft = under_review(page)
    if not (may_review(request.user, draft) or page.permissions_for_user(request.user).can_edit()):
        raise PermissionDenied
    return draft


def _user(request: HttpRequest) -> User:
    """Wagtail lets nobody in who is not signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _explain(request: HttpRequest, error: ValidationError) -> None:
    text = error.summary() if isinstance(error, PublicationBlocked) else " ".join(error.messages)
    messages.error(request, text)


class ReviewView(View):
    """Document, plan and materials on one screen, with the checklist, the decisions so far and the two forms."""

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        page = _policy(request, page_id)
        return self._render(request, page, self._sign_form(page)(prefix=SIGN), ReturnForm(prefix=RETURN))

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        page = _policy(request, page_id)
        kind = self._kind(request)
        form_class = self._sign_form(page)
        sign_form, return_form = form_class(prefix=SIGN), ReturnForm(prefix=RETURN)
        try:
            if request.POST.get("decision") == RETURN:
                return_form = ReturnForm(request.POST, prefix=RETURN)
                if return_form.is_valid():
                    services.return_bundle(
                        page=page, kind=kind, user=_user(request), **return_form.cleaned_data
                    )
                    messages.success(request, _("已退文。"))
                    return redirect("policy_review", page.pk)
            else:
                sign_form = form_class(request.POST, prefix=SIGN)
                if sign_form.is_valid():
                    services.sign(page=page, kind=kind, user=_user(request), **sign_form.cleaned_data)
                    messages.success(request, _("已签署。"))
                    return redirect("policy_review", page.pk)
        except ValidationError as error:
            _explain(request, error)
            return redirect("policy_review", page.pk)
        return self._render(request, page, sign_form, return_form)

    @staticmethod
    def _sign_form(page: PolicyDocumentPage) -> type[SignForm]:
        """The last signature also decides when the bundle is released."""
        task = current_task_state(page)
        last = task is not None and task.task.specific.kind == required_kinds(page)[-1]
        return FinalSignForm if last else SignForm

    @staticmethod
    def _kind(request: HttpRequest) -> SignOffKind:
        try:
            return SignOffKind(request.POST.get("kind", ""))
        except ValueError as error:
            raise PermissionDenied from error

    @staticmethod
    def _render(
        request: HttpRequest, page: PolicyDocumentPage, sign_form: SignForm, return_form: ReturnForm
    ) -> HttpResponse:
        state = checklist(page)
        stored = PolicyDocumentPage.objects.get(pk=page.pk)
        context: dict[str, Any] = {
            **presenters.policy_context(page),
            "page": page,
            "stored": stored,
            "checklist": state,
            "kind": state.current_kind,
            "can_sign": state.current_kind is not None and may_sign(request.user, state.current_kind, page),
            "can_submit": state.current_kind is None
            and may_submit(request.user, page)
            and not state.content
            and (stored.has_unpublished_changes or not stored.live),
            "can_release": state.releasable
            and may_release(request.user, page)
            and (stored.has_unpublished_changes or not stored.live),
            "can_withdraw": stored.live and may_release(request.user, stored),
            "can_edit": stored.permissions_for_user(request.user).can_edit(),
            "sign_form": sign_form,
            "return_form": return_form,
            "schedule_form": ScheduleForm(),
        }
        return render(request, "interpretations/admin/review.html", context)


@require_POST
def submit(request: HttpRequest, page_id: int) -> HttpResponse:
    """送审 from the review screen or the editor."""
    page = _policy(request, page_id)
    try:
        services.submit(page=page, user=_user(request))
    except ValidationError as error:
        _explain(request, error)
    else:
        messages.success(request, _("文件、解读方案和解读材料已一并送审。"))
    return redirect("policy_review", page.pk)


@require_POST
def release(request: HttpRequest, page_id: int) -> HttpResponse:
    """Publish a completely signed policy now or at a given time (again after a withdrawal, or earlier than planned)."""
    page = _policy(request, page_id)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("发布时间无法识别。"))
        return redirect("policy_review", page.pk)
    moment = form.cleaned_data["go_live_at"]
    try:
        if moment:
            services.schedule(page=page, user=_user(request), go_live_at=moment)
        else:
            services.publish(page=page, user=_user(request))
    except ValidationError as error:
        _explain(request, error)
    else:
        messages.success(request, _("已安排定时发布。") if moment else _("文件与解读已同步发布。"))
    return redirect("policy_review", page.pk)


class WithdrawView(View):
    """撤回: asks for the explanation the public will read."""

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        return self._render(request, self._page(request, page_id), WithdrawForm())

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        page = self._page(request, page_id)
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            return self._render(request, page, form)
        try:
            services.withdraw(page=page, user=_user(request), explanation=form.cleaned_data["explanation"])
        except ValidationError as error:
            _explain(request, error)
        else:
            messages.success(request, _("已撤回，公开页面显示撤回说明。"))
        return redirect("policy_review", page.pk)

    @staticmethod
    def _page(request: HttpRequest, page_id: int) -> PolicyDocumentPage:
        page = get_object_or_404(PolicyDocumentPage, pk=page_id)
        if not may_release(request.user, page):
            raise PermissionDenied
        return page

    @staticmethod
    def _render(request: HttpRequest, page: PolicyDocumentPage, form: WithdrawForm) -> HttpResponse:
        return render(request, "interpretations/admin/withdraw.html", {"page": page, "form": form})


def checklist_fragment(request: HttpRequest, page_id: int) -> HttpResponse:
    """The checklist alone, asked for again after each automatic save of the editor."""
    page = _policy(request, page_id)
    return render(
        request, "interpretations/admin/checklist.html", {"checklist": checklist(page), "page": page}
    )
