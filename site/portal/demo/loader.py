"""The demo in its order: people, section pages, archive, policies, consultations, then the search index."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import translation

from portal.demo.archive import load_archive, relate
from portal.demo.consultations import load_consultations
from portal.demo.gazettes import load_gazettes, load_missed
from portal.demo.ledger import Ledger
from portal.demo.people import load_accounts, load_departments
from portal.demo.policies import load_policies
from portal.demo.sections import load_sections
from portal.demo.upkeep import load_cleanup, load_filings
from portal.planner import analyse
from search.engines.base import EngineBusy
from search.indexing import drain


@dataclass
class DemoReport:
    """What a run did: how many things it made, and what it left alone because it is somebody else's."""

    made: int = 0
    taken: list[str] = field(default_factory=list)
    index_busy: bool = False


def load(*, seed: int, accounts: bool) -> DemoReport:
    """Load what is missing of the demo. Idempotent; stopped half-way, the next run goes on from there.

    The content is Chinese and names things by their Chinese words, whatever language the operator reads.
    Raises DemoRefused when something that is not the demo's stands in the way.
    """
    with translation.override(settings.LANGUAGE_CODE):
        report = _load(seed=seed, accounts=accounts)
        if report.made:
            _index(report)
    return report


def _load(*, seed: int, accounts: bool) -> DemoReport:
    report = DemoReport()
    with transaction.atomic():
        # Refused here, nothing at all has been written.
        ledger = Ledger.open(seed=seed)
        load_departments(ledger)
    if accounts:
        report.taken += load_accounts(ledger)
    report.taken += load_sections(ledger)
    analyse()
    load_archive(ledger)
    load_policies(ledger)
    analyse()
    load_consultations(ledger)
    relate(ledger)
    load_cleanup(ledger)
    load_filings(ledger)
    load_gazettes(ledger)
    load_missed(ledger)
    report.made = ledger.made
    return report


def _index(report: DemoReport) -> None:
    """A worker that runs already holds the index; it will take the rows up itself."""
    try:
        drain()
    except EngineBusy:
        report.index_busy = True
