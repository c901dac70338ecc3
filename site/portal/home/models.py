"""The base page every page of the site shares, the home page and the department pages that hold everything else.

`BasePage` replaces Wagtail's own `Page` (`WAGTAIL_PAGE_MODEL`), decided before the first migration (ADR 0002). It buys
two things no later migration could add cheaply: a column on the same table as `live`, so the database itself can refuse
a live page that is not ready, and one segmented search text for Wagtail's own search.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import AbstractPage
from wagtail.models.pages import AbstractPageMeta, DefaultBasePageMixin
from wagtail.search import index

from portal.home.querysets import BasePageManager
from portal.home.references import without_dangling
from portal.organisations.models import Department
from portal.text import segment

#: A live row must be releasable: kept by the database itself.
LIVE_CONSTRAINT = "live_page_is_releasable"

#: References that a page read from a revision has from its row, whatever the revision says (`with_content_json`).
KEPT_FROM_ROW = ("content_type", "locale", "owner", "locked_by", "latest_revision", "alias_of")


class BasePage(AbstractPage, DefaultBasePageMixin):
    """Base of every page. `releasable` is written by the gates of the features, never by a person."""

    releasable = models.BooleanField(default=True, editable=False)

    objects = BasePageManager()

    search_fields = [
        *AbstractPage.search_fields,
        *DefaultBasePageMixin.search_fields,
        index.SearchField("segmented_text"),
        index.AutocompleteField("segmented_text"),
    ]
    promote_panels = DefaultBasePageMixin.promote_panels

    class Meta(AbstractPageMeta):
        constraints = [
            # The last line of the publication gate: passes through neither model code nor signals.
            models.CheckConstraint(condition=Q(live=False) | Q(releasable=True), name=LIVE_CONSTRAINT),
        ]

    def get_constraints(self) -> list[tuple[type[models.Model], list[models.BaseConstraint]]]:
        """Validation leaves the gate to the features' guards, which name what is missing; the database decides last."""
        return [
            (model, [one for one in constraints if one.name != LIVE_CONSTRAINT])
            for model, constraints in super().get_constraints()
        ]

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Any:
        """A page as a revision holds it; what it refers to is looked for once for each model (`references`)."""
        if not check_fks or strict_fks:
            return super().from_serializable_data(data, check_fks=check_fks, strict_fks=strict_fks)
        return super().from_serializable_data(without_dangling(cls, data), check_fks=False)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """The page with the content of a revision; what Wagtail takes from the row instead need not be looked for."""
        return super().with_content_json({**content, **dict.fromkeys(KEPT_FROM_ROW)})

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the page and what is below it, or, when one of them must stay, nothing at all.

        The tree counts one child less before the page itself can refuse.
        """
        return super().delete(*args, **kwargs)

    @property
    def segmented_text(self) -> str:
        """What Wagtail's own search looks through, cut so that any stretch of Chinese in it is found."""
        return segment(self.searchable_text())

    def searchable_text(self) -> str:
        """The text of `segmented_text`: titles here; subclasses add their own to it."""
        return "\n".join(dict.fromkeys([self.title, self.draft_title]))


class HomePage(BasePage):
    """`/`: search, open consultations, latest policies, what awaits an outcome. Sections are registered by features."""

    template = "home/home_page.html"
    max_count = 1
    intro = models.CharField(_("导语"), max_length=200, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    parent_page_types = ["home.BasePage"]

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `hero` (the section registered as `search`) and `sections` (all others, in their order)."""
        from portal.home.panels import render_panels
        from portal.home.registry import home_sections

        panels = render_panels(home_sections, request)
        hero = next((panel for panel in panels if panel.key == "search"), None)
        sections = [panel for panel in panels if panel is not hero]
        return {**super().get_context(request, *args, **kwargs), "hero": hero, "sections": sections}


class DepartmentPage(BasePage):
    """The subtree of one department; page permissions are given here, so no department edits another's pages."""

    template = "home/department_page.html"
    department = models.OneToOneField(
        Department, verbose_name=_("机构"), on_delete=models.PROTECT, related_name="page", null=True
    )
    intro = RichTextField(_("简介"), blank=True, features=["bold", "ol", "ul", "link"])

    content_panels = [*BasePage.content_panels, FieldPanel("department"), FieldPanel("intro")]
    parent_page_types = ["home.HomePage"]

    class Meta:
        verbose_name = _("部门页面")
        verbose_name_plural = _("部门页面")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds what is published here: `kinds` with counts, `kind` chosen by `?kind=`, `page_obj` chosen by `?page=`."""
        from portal.home import selectors

        below = selectors.public_below(self)
        kinds = selectors.publication_kinds(below)
        asked = request.GET.get("kind", "")
        kind = asked if any(asked == known.model for known in kinds) else ""
        return {
            **super().get_context(request, *args, **kwargs),
            "kinds": kinds,
            "kind": kind,
            "total": sum(known.count for known in kinds),
            "page_obj": selectors.page_of_publications(below, kind=kind, number=request.GET.get("page", 1)),
        }


class SectionPage(BasePage):
    """A plain editorial page (about, how to comment, privacy, accessibility)."""

    template = "home/section_page.html"
    body = RichTextField(_("正文"), blank=True, features=["h2", "h3", "bold", "ol", "ul", "link"])
    title_en = models.CharField(_("英文标题"), max_length=255, blank=True)
    body_en = RichTextField(_("英文正文"), blank=True, features=["h2", "h3", "bold", "ol", "ul", "link"])

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("title_en"),
        FieldPanel("body_en"),
    ]
    parent_page_types = ["home.HomePage", "home.SectionPage"]

    class Meta:
        verbose_name = _("栏目页面")
        verbose_name_plural = _("栏目页面")

    @property
    def shown_title(self) -> str:
        """The title in the language of the request; Chinese where there is no English."""
        return (self.title_en if self._in_english() else "") or self.title

    @property
    def shown_body(self) -> str:
        """The text in the language of the request; Chinese where there is no English."""
        return (self.body_en if self._in_english() else "") or self.body

    @property
    def shown_language(self) -> str:
        """Language of `shown_body`, for its `lang` attribute."""
        return "en" if self._in_english() and self.body_en else "zh-Hans"

    @staticmethod
    def _in_english() -> bool:
        return (get_language() or "").startswith("en")
