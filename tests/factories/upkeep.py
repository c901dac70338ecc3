"""Clean-up batches, their files, filings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.organisations.models import User
from search.archive.models import NormativeDocument
from search.upkeep import cleanups
from search.upkeep.cleanups import Decision
from search.upkeep.enums import Conclusion
from search.upkeep.models import CleanupBatch, CleanupEntry, Filing
from tests.factories.archive import DocumentFactory
from tests.factories.organisations import DepartmentFactory

DECIDED_ON = dt.date(2025, 6, 30)


class BatchFactory(DjangoModelFactory[CleanupBatch]):
    """A batch in preparation, without files and without a decision."""

    class Meta:
        model = CleanupBatch

    title = factory.Sequence(lambda n: f"云岭省政府规范性文件清理之{n}")
    department = factory.SubFactory(DepartmentFactory)


class EntryFactory(DjangoModelFactory[CleanupEntry]):
    """A file of a batch without a conclusion."""

    class Meta:
        model = CleanupEntry

    batch = factory.SubFactory(BatchFactory)
    document = factory.SubFactory(DocumentFactory)
    department = factory.SelfAttribute("batch.department")


class FilingFactory(DjangoModelFactory[Filing]):
    """A document that is still to be filed, in time."""

    class Meta:
        model = Filing

    document = factory.SubFactory(DocumentFactory)
    department = factory.SubFactory(DepartmentFactory)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))


def decision_document(**kwargs: Any) -> NormativeDocument:
    """The document that announces the result of a clean-up."""
    kwargs.setdefault("title", "云岭省人民政府关于废止和修改部分规范性文件的决定")
    made: NormativeDocument = DocumentFactory.create(
        **{"published_on": DECIDED_ON, "adopted_on": DECIDED_ON, "effective_on": DECIDED_ON, **kwargs}
    )
    return made


def published_batch(
    user: User, conclusions: dict[NormativeDocument, Conclusion], **kwargs: Any
) -> CleanupBatch:
    """A batch taken through its services: files, conclusions, decision, publication."""
    batch = cleanups.create_batch(
        title=kwargs.pop("title", "云岭省政府规范性文件清理"),
        department=kwargs.pop("department", None) or DepartmentFactory.create(),
        user=user,
        document_ids=[document.pk for document in conclusions],
    )
    for document, conclusion in conclusions.items():
        entry = batch.entries.get(document=document)
        decision = Decision(conclusion, f"理由：{conclusion.label}", **kwargs)
        cleanups.decide(batch_id=batch.pk, entry_ids=[entry.pk], user=user, decision=decision)
    cleanups.name_decision(batch_id=batch.pk, user=user, decided_on=DECIDED_ON, document=decision_document())
    return cleanups.publish_batch(batch_id=batch.pk, user=user)
