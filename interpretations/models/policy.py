"""A policy and its interpretation package: one page, one revision, one release (ADR 0001, H§9 三同步)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import models
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList, TabbedInterface
from wagtail.models import Revision, Workflow
from wagtail.search import index

from interpretations import panels, presenters
from interpretations.digest import CHILD_RELATIONS
from interpretations.enums import DisclosureAttribute
from interpretations.forms import PolicyCopyForm, PolicyPageForm
from interpretations.package_guard import count_references, writing_package
from interpretations.querysets import PolicyManager
from portal.home.models import BasePage
from portal.organisations.models import Department
from search.archive.enums import DocumentType

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class PolicyDocumentPage(BasePage):
    """A policy document with its interpretation plan; points, materials and steps are its children."""

    template = "interpretations/policy_page.html"

    # the document
    document_number = models.CharField(_("发文字号"), max_length=120, blank=True)
    issuing_authority = models.CharField(_("制发机关"), max_length=200, blank=True)
    lead_department = models.ForeignKey(
        Department,
        verbose_name=_("牵头起草部门"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_policies",
    )
    in_government_name = models.BooleanField(_("以政府名义印发"), default=False)
    doc_type = models.CharField(
        _("类别"), max_length=20, choices=DocumentType.choices, default=DocumentType.NORMATIVE_DOCUMENT
    )
    genre = models.CharField(_("文种"), max_length=20, blank=True)
    subject_category = models.CharField(_("主题分类"), max_length=60, blank=True)
    index_number = models.CharField(_("索引号"), max_length=80, blank=True)
    addressees = models.CharField(_("主送机关"), max_length=500, blank=True)
    adopted_on = models.DateField(_("成文日期"), null=True, blank=True)
    effective_on = models.DateField(_("施行日期"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    no_fixed_validity_reason = models.CharField(_("不设有效期的理由"), max_length=200, blank=True)
    summary = models.TextField(_("摘要"), blank=True)
    body = models.TextField(_("正文（一段一行）"), blank=True)
    annotation = models.CharField(_("附注"), max_length=300, blank=True)

    # disclosure
    disclosure_attribute = models.CharField(
        _("公开属性"),
        max_length=20,
        choices=DisclosureAttribute.choices,
        blank=True,
        default=DisclosureAttribute.PROACTIVE,
    )
    withholding_reason = models.TextField(_("不予公开的负面清单条目、情形与依据"), blank=True)
    business_related = models.BooleanField(_("涉及经营主体经济活动"), default=False)
    fair_competition_reviewed_on = models.DateField(_("公平竞争审查日期"), null=True, blank=True)
    fair_competition_note = models.CharField(_("公平竞争审查结论"), max_length=300, blank=True)

    # interpretation plan (解读方案)
    plan_outline = models.TextField(_("解读提纲"), blank=True)
    plan_forms = models.CharField(_("解读形式"), max_length=300, blank=True)
    plan_channels = models.CharField(_("解读渠道"), max_length=300, blank=True)
    plan_time = models.CharField(_("解读时间"), max_length=200, blank=True)
    interpreter = models.CharField(_("解读人"), max_length=120, blank=True)
    head_interprets = models.BooleanField(_("部门主要负责人带头解读"), default=False)

    # withdrawal: the content stays readable, as it was released, with an explanation
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True, editable=False)
    withdrawal_explanation = models.TextField(_("撤回说明"), blank=True, editable=False)
    withdrawn_revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.SET_NULL, editable=False, related_name="+"
    )

    objects = PolicyManager()
    #: Children a partial save writes; read by the guard, which is told of fields only.
    children_written: frozenset[str] = frozenset()

    base_form_class = PolicyPageForm
    copy_form_class = PolicyCopyForm
    edit_handler = TabbedInterface(
        [
            ObjectList(panels.CONTENT_PANELS, heading=_("政策与解读")),
            ObjectList(panels.PROMOTE_PANELS, heading=_("网址")),
            ObjectList(BasePage.settings_panels, heading=_("发布时间")),
        ],
        base_form_class=PolicyPageForm,
    )
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("document_number"),
        index.FilterField("lead_department"),
    ]

    parent_page_types = ["home.DepartmentPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> Any:
        """Whoever writes `live` or part of the package also writes `releasable`.

        Or the database would judge by a stale value, and a save of children alone would pass by the guard unseen.
        """
        self.children_written = frozenset(update_fields or ()) & frozenset(CHILD_RELATIONS)
        if update_fields is not None:
            fields = list(update_fields)
            update_fields = [*fields, "releasable"] if "live" in fields or self.children_written else fields
        with writing_package():
            saved = super().save(*args, update_fields=update_fields, **kwargs)
        if update_fields is None or self.children_written:
            # The rows, written after the page itself, left this to it.
            count_references(self)
        return saved

    # addresses

    def get_url_parts(self, request: HttpRequest | None = None) -> Any:
        """The public address is `/policies/<slug>/`, wherever the page is in the tree."""
        parts = super().get_url_parts(request)
        if parts is None:
            return None
        site_id, root_url, _path = parts
        return site_id, root_url, self.public_path

    @property
    def public_path(self) -> str:
        """Path of the public page, percent-encoded."""
        return f"/policies/{quote(self.slug)}/"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The address in the tree leads to the public one."""
        return redirect(self.public_path)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the public page and the preview alike."""
        return {**super().get_context(request, *args, **kwargs), **presenters.policy_context(self)}

    # slugs: unique among all policies, because the public address has no department in it

    def _get_autogenerated_slug(self, base_slug: str) -> str:
        candidate, suffix = base_slug[:200], 1
        while PolicyDocumentPage.objects.slug_taken(candidate, self.pk):
            suffix += 1
            candidate = f"{base_slug[:200]}-{suffix}"
        return candidate

    def _set_core_field_defaults(self) -> None:
        if not self.slug and not slugify(self.title, allow_unicode=True):
            # A title of punctuation only leaves nothing to make an address of.
            self.slug: str = self._get_autogenerated_slug("policy")
        elif self._state.adding and PolicyDocumentPage.objects.slug_taken(self.slug, None):
            # Copies and translations bring along the slug of their original; the editor asks before it comes to this.
            self.slug = self._get_autogenerated_slug(self.slug)
        super()._set_core_field_defaults()

    def _check_slug_is_unique(self) -> None:
        super()._check_slug_is_unique()
        if PolicyDocumentPage.objects.slug_taken(self.slug, self.pk):
            raise ValidationError({"slug": _t("网址“%(slug)s”已被另一政策文件使用") % {"slug": self.slug}})

    # workflow: by type of page, not by place in the tree

    @property
    def has_workflow(self) -> bool:
        return self.get_workflow() is not None

    def get_workflow(self) -> Workflow | None:
        """The review every policy goes through."""
        return self.get_default_workflow()
