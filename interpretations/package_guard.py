"""What is live stays what was signed: its package is written only together with the page, through the gate (ADR 0001).

Rows of a live policy's package are refused when they are written by themselves, and so are new bytes under a file that a
live policy shows. Saving the page opens the door (`writing_package`), because its own guard has judged them by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from interpretations.exceptions import PublicationBlocked
from interpretations.gate.obstacle import Obstacle

if TYPE_CHECKING:
    from collections.abc import Collection

_Row = TypeVar("_Row", bound=models.Model)
_writing: ContextVar[bool] = ContextVar("interpretations_writing_package", default=False)


@contextmanager
def writing_package() -> Iterator[None]:
    """Within it rows of packages may be written: the page they belong to is being saved and was judged with them."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def is_writing_package() -> bool:
    """Whether rows written right now are written together with their page."""
    return _writing.get()


@contextmanager
def uncounted() -> Iterator[None]:
    """Within it Wagtail counts no references; its own switch cannot be thrown twice, so one that is off is left alone."""
    # Loads the page model, which does not exist yet while models are being imported.
    from wagtail import signal_handlers as counting

    if getattr(counting.reference_index_auto_update_disabled, "value", False):
        yield
        return
    with counting.disable_reference_index_auto_update():
        yield


def count_references(page: models.Model) -> None:
    """Bring Wagtail's index of what uses what up to date for `page` and its rows."""
    from wagtail.signal_handlers import update_reference_index_on_save

    update_reference_index_on_save(page)


class PackageQuerySet(models.QuerySet[_Row]):
    """Rows of packages. Bulk writes send no signals, so they are refused here as single ones are below."""

    def update(self, **kwargs: Any) -> int:
        _refuse_if_live(self.values("page"))
        if "page" in kwargs or "page_id" in kwargs:
            target = kwargs.get("page", kwargs.get("page_id"))
            _refuse_if_live([getattr(target, "pk", target)])
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[_Row], *args: Any, **kwargs: Any) -> list[_Row]:
        rows = list(objs)
        _refuse_if_live({row.page_id for row in rows})  # type: ignore[attr-defined]
        return super().bulk_create(rows, *args, **kwargs)

    bulk_create.alters_data = True  # type: ignore[attr-defined]


def guard_row(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """A row is written by itself: neither the page it belongs to nor the one it came from may be live."""
    if raw or _writing.get():
        return
    stored = type(instance)._base_manager.filter(pk=instance.pk).values_list("page_id", flat=True)
    _refuse_if_live({instance.page_id, *stored})


def guard_row_deletion(instance: Any, origin: Any = None, **kwargs: Any) -> None:
    """A row is deleted by itself; when the whole page goes, its rows go with it."""
    model = origin.model if isinstance(origin, models.QuerySet) else type(origin)
    if origin is None or issubclass(model, type(instance)):
        _refuse_if_live([instance.page_id])


def guard_file(
    instance: Any, raw: bool = False, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    """A picture or attachment gets new bytes. Refused while a live policy shows it; otherwise signatures see new bytes."""
    if raw or instance.pk is None or (update_fields is not None and "file" not in update_fields):
        return
    stored = type(instance)._base_manager.filter(pk=instance.pk).values("file", "file_hash").first()
    if stored is None or (instance.file._committed and instance.file.name == stored["file"]):
        return
    if shown_live(instance):
        raise PublicationBlocked([Obstacle("file_in_use", file_in_use())])
    if instance.file_hash == stored["file_hash"]:
        # Saved by a script and not by the form that counts the bytes: they are counted when they are next asked for.
        instance.file_hash = ""


def file_in_use() -> str:
    """Why its bytes stay, and what to do instead."""
    return _("这个文件正用于已发布政策的解读材料，不能替换；请上传新文件，修改草稿并重新审签")


def shown_live(file: models.Model) -> bool:
    """Whether a material of a live policy shows this attachment or picture."""
    from interpretations.models import InterpretationMaterial

    name = "image" if isinstance(file, get_image_model()) else "document"
    return InterpretationMaterial.objects.filter(page__live=True, **{name: file}).exists()


def _refuse_if_live(page_ids: Any) -> None:
    from interpretations.models import PolicyDocumentPage

    if _writing.get():
        return
    live = PolicyDocumentPage.objects.filter(pk__in=page_ids, live=True).first()
    if live is not None:
        message = _("已发布文件的解读和程序材料不能单独改动；请修改草稿并重新审签")
        raise PublicationBlocked([Obstacle("live_package", message)], title=live.title)


def connect(rows: Iterable[type[models.Model]]) -> None:
    """Guard the models in `rows`, and the files they show."""
    for model in rows:
        uid = f"interpretations.package.{model._meta.model_name}"
        models.signals.pre_save.connect(guard_row, sender=model, dispatch_uid=uid)
        models.signals.pre_delete.connect(guard_row_deletion, sender=model, dispatch_uid=uid)
    for model in (get_document_model(), get_image_model()):
        uid = f"interpretations.file.{model._meta.model_name}"
        models.signals.pre_save.connect(guard_file, sender=model, dispatch_uid=uid)
