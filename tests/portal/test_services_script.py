"""The parts of `make services` that need no server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.services import elasticsearch, system
from scripts.services.__main__ import Installation
from scripts.services.elasticsearch import Elasticsearch
from scripts.services.postgresql import PostgreSQL
from scripts.services.redis import Redis
from scripts.services.system import Account, ServicesError

CALLER = Account(os.geteuid(), os.getegid())


def made(home: Path, account: Account = CALLER) -> Installation:
    """An installation in `home`, without asking the machine for a system user."""
    home.mkdir(exist_ok=True)
    state = {"ports": {}, "passwords": {}, "folder": str(home / "services")}
    return Installation(home, account, state)


def test_without_root_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ServicesError, match=r"sudo apt-get install postgresql redis-server"):
        system.ensure_packages(["postgresql", "redis-server"], why="make services")
    system.ensure_packages([], why="nothing")


def test_installing_starts_no_server_of_debians_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(system, "POLICY", policy)
    with system._nothing_starts_by_itself():
        assert subprocess.run([policy], check=False).returncode == 101
    assert not policy.exists()

    policy.write_text("the administrator's own")
    with system._nothing_starts_by_itself():
        assert policy.read_text() == "the administrator's own"
    assert policy.exists()


def test_a_failed_command_is_shown_with_its_last_lines() -> None:
    with pytest.raises(ServicesError, match="no such table"):
        CALLER.run(sys.executable, "-c", "raise SystemExit('no such table')")
    with pytest.raises(ServicesError, match="did not finish"):
        CALLER.run(sys.executable, "-c", "input() if 0 else __import__('time').sleep(9)", seconds=0.3)
    assert CALLER.run("/bin/echo", "done") == "done\n"


def test_a_dead_process_and_a_strangers_number_are_not_ours() -> None:
    assert system.is_alive(os.getpid(), "pytest") or system.is_alive(os.getpid(), "python")
    assert not system.is_alive(os.getpid(), "/data/of/another/server")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert not system.is_alive(gone.pid, "python")


def test_a_taken_port_and_a_promised_one_are_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not system.port_is_free(port)
        found = system.free_port(port, {port + 1})
        assert found not in {port, port + 1}


def test_ports_and_passwords_are_chosen_once(tmp_path: Path) -> None:
    installation = made(tmp_path)
    first, other = installation.server(Redis), installation.server(PostgreSQL)
    again = installation.server(Redis)
    assert (first.port, first.password) == (again.port, again.password)
    assert first.port != other.port
    assert first.password != other.password
    assert len(first.password) == 32

    installation.save()
    installation.save()
    lines = installation.environment_file.read_text().splitlines()
    assert [line.partition("=")[0] for line in lines] == ["DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL"]
    assert f"postgres://yanlu:{other.password}@127.0.0.1:{other.port}/yanlu" in lines[0]
    assert not any(line.startswith("export") for line in lines)


def test_the_names_are_those_the_settings_read(tmp_path: Path) -> None:
    installation = made(tmp_path)
    servers = [installation.server(kind) for kind in (PostgreSQL, Redis, Elasticsearch)]
    names = {name for server in servers for name in server.settings()}
    folder = Path(system.__file__).parents[2] / "site" / "portal" / "settings"
    settings = "".join(path.read_text() for path in folder.glob("*.py"))
    assert names and all(f'"{name}"' in settings for name in names)


class Nobody(Account):
    """An account that can enter nothing of the caller's."""

    def can_enter(self, folder: Path) -> bool:
        return False


def test_a_clone_others_cannot_enter_keeps_its_servers_elsewhere(tmp_path: Path) -> None:
    closed, other = tmp_path / "closed", tmp_path / "other"
    chosen = made(closed, Nobody(12345, 12345))._choose_folder()
    assert chosen.parent == Path("/var/lib")
    assert chosen == made(closed, Nobody(12345, 12345))._choose_folder()
    assert chosen != made(other, Nobody(12345, 12345))._choose_folder()
    assert made(closed)._choose_folder() == closed / "services"


def test_whether_an_account_can_enter_is_tried_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the caller, so that it can be tried without root: a folder without the right to enter is closed."""
    monkeypatch.setattr(Account, "is_caller", False)
    monkeypatch.setattr(Account, "_identity", lambda self: {})
    assert CALLER.can_enter(tmp_path)
    assert not CALLER.can_enter(tmp_path / "missing")


def elasticsearch_in(tmp_path: Path) -> Elasticsearch:
    return Elasticsearch(tmp_path, CALLER, port=1, password="", cache=tmp_path / "cache")


def test_another_distribution_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "elasticsearch.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("elasticsearch-8.19.21/bin/elasticsearch", "#!/bin/sh\n")
    monkeypatch.setenv("ELASTICSEARCH_ZIP", str(other))
    with pytest.raises(ServicesError, match="its SHA-512 is"):
        elasticsearch_in(tmp_path).prepare()


def test_unpacking_keeps_programs_executable_and_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "elasticsearch.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        program = zipfile.ZipInfo(f"elasticsearch-{elasticsearch.VERSION}/bin/elasticsearch")
        program.external_attr = 0o755 << 16
        archive.writestr(program, "#!/bin/sh\n")
        archive.writestr(f"elasticsearch-{elasticsearch.VERSION}/config/elasticsearch.yml", "")
    monkeypatch.setenv("ELASTICSEARCH_ZIP", str(packed))
    server = elasticsearch_in(tmp_path)
    server.home.mkdir(parents=True)
    (server.home / "left over").touch()
    server._unpack()
    assert os.access(server.home / "bin" / "elasticsearch", os.X_OK)
    assert not (server.home / "left over").exists()
    assert not (server.folder / "unpacking").exists()


def test_a_size_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELASTICSEARCH_HEAP", "512m -XX:OnError=ls")
    with pytest.raises(ServicesError, match="is not a size"):
        elasticsearch_in(tmp_path).launch()


@pytest.mark.parametrize(
    ("said", "version"), [('openjdk version "17.0.15"', 17), ('java version "1.8.0"', 1), ("?", 0)]
)
def test_the_version_of_java_is_read_from_what_it_says(tmp_path: Path, said: str, version: int) -> None:
    program = tmp_path / "java"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    program.chmod(0o755)
    assert elasticsearch._java_version(program) == version


def test_why_maven_failed_is_said_from_its_warnings() -> None:
    cause = "[WARNING] Could not transfer metadata from central: PKIX path building failed"
    output = f"[INFO] Scanning for projects...\n{cause}\n{cause}\n[\x1b[1;31mERROR\x1b[m] No plugin found\n[ERROR] \n"
    output += "[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.\n"
    assert elasticsearch.complaints(output).splitlines() == [cause, "[\x1b[1;31mERROR\x1b[m] No plugin found"]
    assert elasticsearch.complaints("killed") == "killed"
