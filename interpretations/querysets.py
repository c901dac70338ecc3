"""Which policies the public may see, and in what order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from interpretations.digest import content_fields
from interpretations.exceptions import PublicationBlocked
from interpretations.gate.obstacle import Obstacle

if TYPE_CHECKING:
    from interpretations.models import PolicyDocumentPage
    from portal.organisations.models import Department

TAKEN_DOWN = gettext_lazy("已发布的文件不能直接下线；请撤回并公开说明原因")


class PolicyQuerySet(PageQuerySet):
    """Policies; everything here leaves out private pages and copies kept in sync."""

    def published(self) -> PolicyQuerySet:
        """Live and open to everybody, the latest first."""
        return self.live().public().order_by("-first_published_at", "-pk")

    def readable(self) -> PolicyQuerySet:
        """Published, or withdrawn with an explanation."""
        return self.filter(Q(live=True) | Q(withdrawn_at__isnull=False)).public()

    def matching(self, text: str) -> PolicyQuerySet:
        """Every word of `text` occurs in title, number or body."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(title__icontains=word) | Q(document_number__icontains=word) | Q(body__icontains=word)
            )
        return found

    def of_department(self, department: Department) -> PolicyQuerySet:
        """Led or co-issued by `department`."""
        return self.filter(Q(lead_department=department) | Q(co_issuers__department=department)).distinct()

    def of_year(self, year: int) -> PolicyQuerySet:
        """Published in the calendar year `year`, Asia/Shanghai."""
        zone = timezone.get_current_timezone()
        start, end = (datetime(y, 1, 1, tzinfo=zone) for y in (year, year + 1))
        return self.filter(first_published_at__gte=start, first_published_at__lt=end)

    def with_listing(self) -> PolicyQuerySet:
        """What a list shows, in a constant number of queries."""
        return self.select_related("lead_department").prefetch_related("materials")

    def with_package(self) -> PolicyQuerySet:
        """The whole package, in a constant number of queries."""
        from interpretations.models import CoIssuer, InterpretationMaterial

        return self.select_related("lead_department").prefetch_related(
            Prefetch("co_issuers", CoIssuer.objects.select_related("department")),
            Prefetch("materials", InterpretationMaterial.objects.select_related("document", "image")),
            "points",
            "steps",
        )

    def released(self) -> PolicyQuerySet:
        """Public now or once: live, withdrawn, or taken down in another way."""
        return self.filter(Q(live=True) | Q(withdrawn_at__isnull=False) | Q(first_published_at__isnull=False))

    def update(self, **kwargs: Any) -> int:
        """Like any update, but raises PublicationBlocked for a live policy whose content or state it would change."""
        self.refuse_bulk_write(kwargs)
        return int(super().update(**kwargs))

    def refuse_bulk_write(self, values: Mapping[str, Any]) -> None:
        """Raise PublicationBlocked when one of these is live and `values` write what was signed, or take it down."""
        signed = {
            "title",
            "releasable",
            *(name for f in content_fields(self.model) for name in (f.name, f.attname)),
        }
        takes_down = values.get("live", True) is not True
        if signed.isdisjoint(values) and not takes_down:
            return
        if (live := self.filter(live=True).first()) is None:
            return
        message = TAKEN_DOWN if takes_down else _("已发布文件的内容不能直接改动；请修改草稿并重新审签")
        raise PublicationBlocked([Obstacle("live_content", message)], title=live.title)

    update.alters_data = True  # type: ignore[attr-defined]

    def slug_taken(self, slug: str, except_pk: int | None) -> bool:
        """Another policy has this slug; aliases and drafts count too."""
        return bool(self.filter(slug=slug).exclude(pk=except_pk).exists())


class PolicyManager(PageManager.from_queryset(PolicyQuerySet)):  # type: ignore[misc]
    """`PolicyDocumentPage.objects`."""

    def get_by_slug(self, slug: str) -> PolicyDocumentPage | Any:
        """The readable policy at `/policies/<slug>/`. Raises DoesNotExist."""
        return self.get_queryset().readable().get(slug=slug)
