"""Documents, relations, originals and import items of the archive."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from search.archive.enums import ItemStatus, Reason, RelationKind
from search.archive.models import DocumentRelation, ImportItem, NormativeDocument, OriginalFile
from tests.factories.search import ArchivedDocumentFactory

TEXT = """第一章　总则
第一条　为了规范云岭省公共停车场管理，根据《云岭省道路交通条例》，制定本办法。
第二条　停车场分为下列两类：
（一）公共停车场；
（二）专用停车场。
第二章　管理
第三条　主管部门应当每年公布停车泊位数量。
第三章　附则
第四条　本办法自2021年5月1日起施行，有效期5年。"""


class DocumentFactory(ArchivedDocumentFactory):
    """An imported document whose validity nobody has confirmed yet."""

    title = factory.Sequence(lambda n: f"云岭省公共停车场管理办法第{n}稿")
    text = TEXT
    validity_confirmed = False
    text_scope = "full"


class RelationFactory(DjangoModelFactory[DocumentRelation]):
    class Meta:
        model = DocumentRelation

    source = factory.SubFactory(DocumentFactory)
    target = factory.SubFactory(DocumentFactory)
    kind = RelationKind.BASIS
    target_text = factory.Sequence(lambda n: f"《云岭省道路交通条例{n}》")


class OriginalFactory(DjangoModelFactory[OriginalFile]):
    """An original whose bytes lie in the folder of originals."""

    class Meta:
        model = OriginalFile
        skip_postgeneration_save = True

    class Params:
        data = factory.Sequence(lambda n: f"原件{n}".encode())

    sha256 = factory.LazyAttribute(lambda o: hashlib.sha256(o.data).hexdigest())
    name = "云岭省公共停车场管理办法.txt"
    size = factory.LazyAttribute(lambda o: len(o.data))
    media_type = "text/plain"
    path = factory.LazyAttribute(lambda o: f"{o.sha256[:2]}/{o.sha256}")

    @factory.post_generation
    def bytes_on_disk(self: OriginalFile, create: bool, extracted: bytes | None, **kwargs: Any) -> None:
        """Write the bytes; pass them again as `bytes_on_disk=` when `data` was given."""
        if create and extracted is not None:
            target = Path(settings.ARCHIVE_ORIGINALS_DIR) / self.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(extracted)


def original(data: bytes, **kwargs: Any) -> OriginalFile:
    """An original with these bytes."""
    kwargs.setdefault("bytes_on_disk", data)
    made: OriginalFile = OriginalFactory.create(data=data, **kwargs)
    return made


class ImportItemFactory(DjangoModelFactory[ImportItem]):
    """An item set aside because it looked like no normative document."""

    class Meta:
        model = ImportItem

    source_key = factory.Sequence(lambda n: f"file:item{n}")
    origin = factory.Sequence(lambda n: f"/data/in/条目{n}.txt")
    status = ItemStatus.SET_ASIDE
    reason_code = Reason.NOT_NORMATIVE
    reason = "像是新闻、解读、办事指南或工作材料。"
    title = factory.Sequence(lambda n: f"停车攻略之{n}")
    payload = factory.LazyFunction(
        lambda: {
            "fields": {
                "title": "停车攻略",
                "text": "第一条 正文。",
                "adopted_on": "2021-03-01",
                "genre": "",
                "source": "攻略.txt",
            },
            "noise": ["当前位置：首页"],
        }
    )


def day(text: str) -> dt.date:
    """A date from its ISO form, for short tables."""
    return dt.date.fromisoformat(text)


__all__ = [
    "TEXT", "DocumentFactory", "ImportItemFactory", "NormativeDocument", "OriginalFactory", "RelationFactory", "day", "original",
]  # fmt: skip
