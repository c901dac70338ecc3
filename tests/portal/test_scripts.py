"""The scripts behind `make`: supervising, compiling messages, checking translations."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import polib
import pytest

from scripts import check_translations, compile_messages, serve
from tests.support.database import REPOSITORY

WAIT_SECONDS = 10
SLEEPER = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); time.sleep(60)"


def group_members(group: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_for(condition: object) -> bool:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_a_crashed_process_is_started_again_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    child = serve.Child("sleeper", [sys.executable, "-c", SLEEPER])
    child.start()
    first = child.process
    assert first is not None
    assert wait_for(lambda: len(group_members(first.pid)) == 2)

    os.kill(first.pid, signal.SIGKILL)
    first.wait(WAIT_SECONDS)
    child.keep_alive()
    assert "exit code -9" in capsys.readouterr().err
    assert wait_for(lambda: not group_members(first.pid))

    child.not_before = 0.0
    child.keep_alive()
    second = child.process
    assert second is not None
    assert second.pid != first.pid
    child.keep_alive()
    assert second.poll() is None
    child.stop()
    assert second.poll() is not None
    assert wait_for(lambda: not group_members(second.pid))


def test_a_process_that_keeps_crashing_is_given_longer_and_longer_pauses() -> None:
    child = serve.Child("failing", [sys.executable, "-c", "raise SystemExit(3)"])
    pauses = []
    for _ in range(4):
        child.start()
        assert child.process is not None
        child.process.wait(WAIT_SECONDS)
        before = time.monotonic()
        child.keep_alive()
        pauses.append(round(child.not_before - before))
    assert pauses == [1, 3, 7, 15]
    for _ in range(10):
        child.failures += 1
    child.start()
    assert child.process is not None
    child.process.wait(WAIT_SECONDS)
    before = time.monotonic()
    child.keep_alive()
    assert round(child.not_before - before) == serve.LONGEST_PAUSE_SECONDS


def test_all_are_asked_to_stop_before_one_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    children = [serve.Child(name, [sys.executable, "-c", SLEEPER]) for name in ("web server", "worker")]
    happened: list[str] = []
    for name in ("ask_to_stop", "stop"):
        original = getattr(serve.Child, name)

        def noted(child: serve.Child, name: str = name, original: object = original) -> None:
            happened.append(f"{name} {child.name}")
            original(child)  # type: ignore[operator]

        monkeypatch.setattr(serve.Child, name, noted)
    for child in children:
        child.start()
    processes = [child.process for child in children]
    serve.stop_all(children)
    assert happened[:2] == ["ask_to_stop web server", "ask_to_stop worker"]
    assert [process.poll() for process in processes if process] == [-signal.SIGTERM] * 2
    assert all(wait_for(lambda pid=process.pid: not group_members(pid)) for process in processes if process)


def test_a_taken_port_is_said_in_both_languages() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as refused:
            serve.refuse_taken_port("127.0.0.1", port)
    assert f"make run PORT={port + 1}" in str(refused.value)
    assert f"端口 {port}" in str(refused.value)
    serve.refuse_taken_port("127.0.0.1", port)


def catalogue(*entries: polib.POEntry) -> polib.POFile:
    file = polib.POFile()
    file.extend(entries)
    return file


def text(msgid: str, msgstr: str = "", **kwargs: object) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[("templates/x.html", "3")], **kwargs)


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ([text("检索", "Search")], None),
        ([], "missing"),
        ([text("检索", "")], "empty"),
        ([text("检索", "Search", flags=["fuzzy"])], "fuzzy"),
        ([text("检索", "Search"), text("旧词", "Old")], "no longer used"),
        ([text("检索", "Search", msgctxt="verb")], "missing"),
    ],
)
def test_what_is_wrong_with_a_catalogue(own: list[polib.POEntry], problem: str | None) -> None:
    found = check_translations.problems(catalogue(text("检索")), catalogue(*own))
    if problem is None:
        assert found == []
    else:
        assert any(problem in line for line in found)


@pytest.mark.parametrize(
    ("msgid", "msgstr", "good"),
    [
        ("还有 %(days)d 天", "%(days)d days left", True),
        ("还有 %(days)d 天", "%(day)d days left", False),
        ("共 {count} 件", "{count} documents", True),
        ("共 {count} 件", "documents", False),
    ],
)
def test_placeholders_must_be_the_same(msgid: str, msgstr: str, good: bool) -> None:
    found = check_translations.problems(catalogue(text(msgid)), catalogue(text(msgid, msgstr)))
    assert (found == []) is good


def test_texts_are_marked_by_names_the_collector_knows() -> None:
    named = re.compile(r"import n?p?n?gettext(?:_lazy)? as (\w+)")
    used = {
        name
        for source in check_translations.SOURCES
        for path in (REPOSITORY / source).rglob("*.py")
        for name in named.findall(path.read_text())
    }
    assert used - {"_"} == set(re.findall(r"--keyword=(\w+)", check_translations.MAKEMESSAGES))


def test_the_english_catalogue_is_complete() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/check_translations.py"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_messages_are_compiled_when_they_are_newer(tmp_path: Path) -> None:
    folder = tmp_path / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    catalogue(text("检索", "Search")).save(str(source))

    assert compile_messages.compile_messages(tmp_path) == 1
    assert polib.mofile(str(source.with_suffix(".mo")))[0].msgstr == "Search"
    assert compile_messages.compile_messages(tmp_path) == 0
    os.utime(source, (time.time() + 5, time.time() + 5))
    assert compile_messages.compile_messages(tmp_path) == 1


def test_a_text_of_the_code_is_found_in_the_chinese_catalogue_at_once(tmp_path: Path) -> None:
    for language, entries in (
        ("en", (text("检索", "Search"), text("“引号”与\n换行", "“Quotes” and\nlines"))),
        ("zh_Hans", (text("Save draft", "保存草稿"),)),
    ):
        folder = tmp_path / "locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        made = catalogue(*entries)
        made.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        made.save(str(folder / "django.po"))
    compile_messages.compile_messages(tmp_path)
    compiled = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    found = {entry.msgid: entry.msgstr for entry in polib.mofile(str(compiled))}
    assert found == {
        "检索": "检索",
        "“引号”与\n换行": "“引号”与\n换行",
        "Save draft": "保存草稿",
    }

    english = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    os.utime(english, (time.time() + 5, time.time() + 5))
    assert compile_messages.compile_messages(tmp_path) == 2, "ours is made of both"


def test_without_gettext_the_site_still_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert compile_messages.compile_messages(tmp_path) == 0
    assert "gettext is not installed" in capsys.readouterr().err


def test_help_lists_every_command() -> None:
    listed = subprocess.run(
        ["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    for command in ("run", "test", "lint", "types", "check", "bench", "messages", "clean"):
        assert f"make {command} " in listed
