"""The gazette: issues that print published documents in order. What a published issue says is never rewritten.

The text printed in the gazette is the authoritative text (立法法 §62, §79, §89): an entry keeps the fingerprint of the text
on the day of publication, so that every later difference of the archive's text is seen.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from search.archive.models import NormativeDocument
from search.gazette.enums import IssueStatus
from search.gazette.querysets import GazetteEntryQuerySet, GazetteIssueQuerySet

FIRST_YEAR, LAST_YEAR = 1949, 2199


def private_storage() -> FileSystemStorage:
    """Beside the originals: the PDF of a draft has no public address."""
    return FileSystemStorage(location=settings.ARCHIVE_ORIGINALS_DIR / "gazette")


def pdf_path(issue: GazetteIssue, filename: str) -> str:
    return f"{issue.year}/{issue.number:03d}.pdf"


class GazetteIssue(models.Model):
    """One issue: a draft until its publication is recorded, fixed from then on but for errata."""

    year = models.PositiveSmallIntegerField(
        _("年份"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    number = models.PositiveSmallIntegerField(_("期号"), validators=[MinValueValidator(1)])
    total_number = models.PositiveIntegerField(_("总期号"), null=True, blank=True)
    name = models.CharField(_("公报名称"), max_length=120)
    issuer = models.ForeignKey(
        "organisations.Department",
        verbose_name=_("编印机关"),
        on_delete=models.PROTECT,
        related_name="gazette_issues",
    )
    published_on = models.DateField(_("出版日期"), null=True, blank=True)
    foreword = models.TextField(_("卷首说明"), blank=True)
    pdf = models.FileField(
        _("PDF 版"), storage=private_storage, upload_to=pdf_path, blank=True, max_length=200
    )
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = GazetteIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("公报")
        verbose_name_plural = _("公报")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"],
                name="one_gazette_issue_per_number",
                violation_error_message=_("这一年的这一期已经存在。"),
            ),
            models.UniqueConstraint(
                fields=["total_number"],
                name="one_gazette_issue_per_total_number",
                violation_error_message=_("这个总期号已经使用。"),
            ),
        ]

    def __str__(self) -> str:
        chinese = (get_language() or "").startswith("zh")
        return f"{self.name}{self.label}" if chinese else f"{self.name} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError when a published issue would be changed."""
        _refuse_when_published(self.pk)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("gazette:issue", args=[self.year, self.number])

    @property
    def label(self) -> str:
        """`2026年第9期`, in the language of the reader."""
        return gettext("%(year)d年第%(number)d期") % {"year": self.year, "number": self.number}

    @property
    def status(self) -> IssueStatus:
        return IssueStatus.PUBLISHED if self.published_at else IssueStatus.DRAFT

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises ValidationError for a published issue."""
        _refuse_when_published(self.pk)
        return super().delete(*args, **kwargs)


class GazetteEntry(models.Model):
    """One document in an issue. What is `printed_…` is taken over on the day of publication and stays."""

    issue = models.ForeignKey(GazetteIssue, on_delete=models.CASCADE, related_name="entries")
    document = models.ForeignKey(
        NormativeDocument, verbose_name=_("文件"), on_delete=models.PROTECT, related_name="gazette_entries"
    )
    position = models.PositiveSmallIntegerField(_("次序"))
    section = models.CharField(_("栏目"), max_length=80, blank=True)
    page = models.PositiveSmallIntegerField(_("页码"), null=True, blank=True)
    printed_title = models.CharField(_("刊载标题"), max_length=500, blank=True)
    printed_number = models.CharField(_("刊载字号"), max_length=200, blank=True)
    printed_issuer = models.CharField(_("刊载机关"), max_length=300, blank=True)
    text_hash = models.CharField(_("标准文本指纹"), max_length=64, blank=True)

    objects = GazetteEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("公报篇目")
        verbose_name_plural = _("公报篇目")
        ordering = ["issue", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "document"], name="one_gazette_entry_per_document"),
        ]

    def __str__(self) -> str:
        return self.printed_title or f"entry {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError when the issue is published."""
        _refuse_when_published(self.issue_id)
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        """As printed; before publication as the archive has it."""
        return self.printed_title or self.document.title

    @property
    def number(self) -> str:
        return self.printed_number or ("" if self.text_hash else self.document.document_number)

    @property
    def issuing_authority(self) -> str:
        return self.printed_issuer or ("" if self.text_hash else self.document.issuing_authority)

    @property
    def anchor(self) -> str:
        return f"e{self.position}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises ValidationError when the issue is published."""
        _refuse_when_published(self.issue_id)
        return super().delete(*args, **kwargs)


class GazetteErratum(models.Model):
    """更正: a public note on a published issue, or on one of its documents. It is added, never changed."""

    issue = models.ForeignKey(GazetteIssue, on_delete=models.CASCADE, related_name="errata")
    entry = models.ForeignKey(
        GazetteEntry,
        verbose_name=_("篇目"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="errata",
    )
    text = models.TextField(_("更正内容"))
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("更正")
        verbose_name_plural = _("更正")
        ordering = ["published_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValidationError when the erratum exists already."""
        if self.pk is not None:
            raise ValidationError(gettext("更正一经发布不能修改，可以另发一条更正。"))
        super().save(*args, **kwargs)


def _refuse_when_published(issue_pk: int | None) -> None:
    """The last guard, behind the services: not even a shell rewrites a published issue by accident."""
    if issue_pk and GazetteIssue.objects.filter(pk=issue_pk, published_at__isnull=False).exists():
        raise ValidationError(gettext("公报已经发布，内容不能再改动；有误请发布更正。"))
