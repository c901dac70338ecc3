"""An import that is killed: started again it ends as if nothing had happened. Real processes, `kill -9`, a real file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.database import REPOSITORY

COUNT = 1_500
TEXT = "第一条 为了规范停车管理，根据《云岭省停车条例》，制定本办法。\n第二条 本办法自2021年5月1日起施行。"


def row(n: int) -> str:
    stated = {
        "id": f"r{n}", "title": f"云岭省停车场管理办法之{n}", "document_number_raw": f"云政发〔2021〕{n}号", "doc_type": "规范性文件",
        "issuing_body": "云岭省人民政府", "issued_on": "2021-03-02", "text": TEXT,
    }  # fmt: skip
    if n == 0:
        stated |= {"title": "云岭省停车条例", "document_number_raw": "", "issued_on": "2001-01-01"}
    return json.dumps(stated, ensure_ascii=False)


@pytest.fixture
def data(tmp_path: Path, db: None) -> Path:
    """A data folder with an empty, migrated SQLite database: a copy of the tests' own where that is one."""
    folder = tmp_path / "data"
    folder.mkdir()
    if connection.vendor != "sqlite":
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=REPOSITORY,
            env=environment(folder),
            check=True,
        )
        return folder
    source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    with sqlite3.connect(folder / "yanlu.sqlite3") as copy:
        source.backup(copy)
    source.close()
    return folder


def environment(data: Path) -> dict[str, str]:
    """Of a portal without servers whose data lies in `data`."""
    servers = ("DATABASE_URL", "ELASTICSEARCH_URL", "CACHE_URL")
    kept = {k: v for k, v in os.environ.items() if k not in servers}
    return kept | {
        "YANLU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings.dev", "CELERY_BROKER_URL": "memory://",
    }  # fmt: skip


def start(data: Path, archive: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_archive", "--quiet", str(archive)],
        cwd=REPOSITORY, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def count(data: Path, question: str) -> int:
    with sqlite3.connect(data / "yanlu.sqlite3", timeout=20) as database:
        return int(database.execute(question).fetchone()[0])


DOCUMENTS = "SELECT COUNT(*) FROM archive_normativedocument WHERE source_key LIKE 'id:r%'"
RESOLVED = (
    "SELECT COUNT(DISTINCT source_id) FROM archive_documentrelation r JOIN archive_normativedocument t"
    " ON t.id = r.target_id WHERE t.source_key = 'id:r0'"
)
PENDING = "SELECT COUNT(*) FROM search_indexaction WHERE status = 'pending'"


def test_a_killed_import_is_taken_up_where_it_was(tmp_path: Path, data: Path) -> None:
    archive = tmp_path / "a.jsonl"
    archive.write_text("\n".join(map(row, range(COUNT))), encoding="utf-8")
    killed = start(data, archive)
    deadline = time.monotonic() + 60
    while count(data, DOCUMENTS) == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    written = count(data, DOCUMENTS)
    assert 0 < written <= COUNT
    again = start(data, archive)
    _out, errors = again.communicate(timeout=180)
    assert again.returncode == 0, errors.decode()
    assert count(data, DOCUMENTS) == COUNT
    assert (
        count(data, f"SELECT COUNT(*) FROM ({DOCUMENTS.replace('COUNT(*)', 'DISTINCT source_key')})") == COUNT
    )
    # What the first run had written before it died is cited and indexed like the rest.
    assert count(data, RESOLVED) == COUNT - 1
    assert count(data, PENDING) == 0
    shutil.rmtree(data)
