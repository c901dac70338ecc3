"""The documents tell the truth where a machine can tell: links lead somewhere, variables exist, decisions are listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tests.support.database import REPOSITORY

PAGES = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "deploy/*.md") for path in REPOSITORY.glob(pattern)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
VARIABLE = re.compile(r"\benv(?:iron)?(?:\.\w+)?[(\[]\s*\"([A-Z_]+)\"")
INTERNAL = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_decision_is_listed_and_numbered_once() -> None:
    folder = REPOSITORY / "docs" / "decisions"
    decisions = sorted(path.name for path in folder.glob("0*.md"))
    listed = LINK.findall((folder / "README.md").read_text())
    assert sorted(listed) == decisions
    assert len({name[:4] for name in decisions}) == len(decisions)


def test_every_variable_the_software_reads_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", (REPOSITORY / "deploy" / "ENVIRONMENT.md").read_text()))
    sources = [
        *REPOSITORY.glob("site/portal/settings/*.py"),
        *REPOSITORY.glob("deploy/*.py"),
        *REPOSITORY.glob("scripts/**/*.py"),
    ]
    used = {name for source in sources for name in VARIABLE.findall(source.read_text())}
    assert used - INTERNAL <= documented
    assert documented - used <= {"CHROMIUM", "POSTGRES_PASSWORD"}


def test_commands_named_in_the_documents_exist() -> None:
    known = set(get_commands()) | {"load_demo"}
    for page in PAGES:
        for command in re.findall(r"manage\.py ([a-z_]+)", page.read_text()):
            assert command in known, f"{page.name}: {command}"


@pytest.mark.django_db
def test_addresses_of_the_architecture_resolve() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text().split("## Addresses")[1]
    addresses = [found for found in re.findall(r"`(/[^`]*)`", text) if "<" not in found]
    assert len(addresses) > 15
    for address in addresses:
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{address} leads nowhere")


def test_the_repository_names_no_registry_and_no_machine() -> None:
    needles = ("/work/", "/root/", "index-url =", "pypi.org", "pythonhosted")
    for folder in ("scripts", "requirements", ".ci", "deploy", "docs"):
        for path in (REPOSITORY / folder).rglob("*"):
            if path.is_file() and path.suffix in {".sh", ".py", ".txt", ".md", ".conf", ".service", ""}:
                text = path.read_text()
                assert not [needle for needle in needles if needle in text], path
