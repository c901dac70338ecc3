"""Documents of the archive as the index sees them, and rows of its queue."""

from __future__ import annotations

import datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.organisations.enums import Level
from search.archive.enums import DocumentType
from search.archive.models import NormativeDocument
from search.archive.numbers import parse_number
from search.archive.titles import carried_key, title_key
from search.models import ActionKind, IndexAction

TEXT = """第一章 总则
第一条 为了规范云岭省住房公积金的提取，维护职工的合法权益，制定本办法。
第二条 职工购买、建造自住住房的，可以提取本人账户内的存储余额。
第二章 程序
第三条 申请提取应当提交身份证明和购房合同，受理机构应当在三个工作日内办结。"""


class ArchivedDocumentFactory(DjangoModelFactory[NormativeDocument]):
    """A document of the invented province of 云岭; `document_number` also gives its key."""

    class Meta:
        model = NormativeDocument

    source_key = factory.Sequence(lambda n: f"test:{n}")
    title = factory.Sequence(lambda n: f"云岭省住房公积金提取管理办法之{n}")
    document_number = factory.Sequence(lambda n: f"云政发〔2021〕{n + 1}号")
    number_key = factory.LazyAttribute(
        lambda o: number.key if (number := parse_number(o.document_number)) else ""
    )
    title_key = factory.LazyAttribute(lambda o: title_key(o.title))
    carried_key = factory.LazyAttribute(lambda o: carried_key(o.title))
    issuing_authority = "云岭省人民政府"
    level = Level.PROVINCE
    region = "云岭省"
    doc_type = DocumentType.NORMATIVE_DOCUMENT
    genre = "办法"
    published_on = datetime.date(2021, 3, 1)
    effective_on = datetime.date(2021, 5, 1)
    validity_confirmed = True
    year = 2021
    text = TEXT


class IndexActionFactory(DjangoModelFactory[IndexAction]):
    """A pending row for a document."""

    class Meta:
        model = IndexAction

    kind = ActionKind.UPSERT

    @classmethod
    def for_document(cls, document: NormativeDocument, **kwargs: Any) -> IndexAction:
        return cls.create(document_id=document.pk, **kwargs)
