"""A single Elasticsearch node for tests and trying out: no security, therefore loopback only."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import urllib.request
import zipfile
from pathlib import Path

from scripts.services.server import Server
from scripts.services.system import ServicesError, free_port, say

VERSION = "8.19.21"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA512 = (
    "cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d"
    "4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd"
)
OLDEST_JAVA = 17
DOWNLOAD_SECONDS = 900


class Elasticsearch(Server):
    name = "elasticsearch"
    preferred_port = 19200
    ready_seconds = 300.0
    stop_seconds = 30.0

    @property
    def home(self) -> Path:
        return self.folder / f"elasticsearch-{VERSION}"

    @property
    def archive(self) -> Path:
        """The distribution: `ELASTICSEARCH_ZIP` for machines without a way to Maven Central, else the cache."""
        named = os.environ.get("ELASTICSEARCH_ZIP")
        return Path(named) if named else self.cache / f"elasticsearch-{VERSION}.zip"

    def missing_packages(self) -> list[str]:
        missing = [] if java_home() else ["openjdk-17-jre-headless"]
        if not self.home.exists() and not self.archive.exists() and not shutil.which("mvn"):
            missing.append("maven")
        return missing

    def prepare(self) -> None:
        if not self.home.joinpath("bin", "elasticsearch").exists():
            self._download()
            self._unpack()
        for folder in ("data", "logs", "tmp"):
            self.account.take(self.folder / folder)
        lines = {
            "cluster.name": "yanlu-services",
            "node.name": "yanlu-1",
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": str(self.port),
            "transport.port": str(free_port(self.preferred_port + 1000, set())),
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": "false",
            # A full disk of the machine must not make test indices read-only.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in lines.items())
        self.account.write(self.home / "config" / "elasticsearch.yml", text)

    def launch(self) -> None:
        heap = os.environ.get("ELASTICSEARCH_HEAP", "512m")
        if not re.fullmatch(r"[1-9]\d*[mg]", heap):
            raise ServicesError(f"ELASTICSEARCH_HEAP={heap!r} is not a size such as 512m or 2g.")
        environment = {
            "ES_JAVA_HOME": str(java_home() or ""),
            "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
            "ES_TMPDIR": str(self.folder / "tmp"),
        }
        program = str(self.home / "bin" / "elasticsearch")
        command = (program, "--daemonize", "--pidfile", str(self.pid_file))
        try:
            output = self.account.run(*command, env=environment, seconds=self.ready_seconds)
        except ServicesError as error:
            self.account.write(self.log, str(error))
            raise
        self.account.write(self.log, output)

    def answers(self) -> bool:
        # This build has no `GET /`; health with a condition waits for the shards of a node that has just started.
        url = f"http://127.0.0.1:{self.port}/_cluster/health?wait_for_status=yellow&timeout=5s"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(url, timeout=8) as response:
                return bool(json.load(response)["status"] in ("green", "yellow"))
        except (OSError, ValueError, http.client.HTTPException):
            return False

    def finish(self) -> None:
        """Nothing: it is usable as it starts."""

    def settings(self) -> dict[str, str]:
        return {"ELASTICSEARCH_URL": f"http://127.0.0.1:{self.port}"}

    def _download(self) -> None:
        """Have the distribution, with exactly the bytes this project was tested with."""
        if not self.archive.exists():
            say(f"Downloading Elasticsearch {VERSION} (107 MB) with Maven")
            self.cache.mkdir(parents=True, exist_ok=True)
            command = [
                "mvn",
                "-B",
                "dependency:copy",
                f"-Dartifact={ARTIFACT}",
                f"-DoutputDirectory={self.cache}",
            ]
            # The second attempt does without the folder of downloads at home, which may not be writable.
            for options in ([], [f"-Dmaven.repo.local={self.cache / 'maven'}"]):
                done = _maven([*command, *options], self.cache)
                if done.returncode == 0 and self.archive.exists():
                    break
            else:
                reason = complaints(done.stdout.decode(errors="replace"))
                raise ServicesError(f"Maven could not fetch {ARTIFACT}:\n{reason}")
        with self.archive.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha512").hexdigest()
        if digest != SHA512:
            raise ServicesError(
                f"{self.archive} is not Elasticsearch {VERSION}: its SHA-512 is {digest}. Remove it."
            )

    def _unpack(self) -> None:
        """Unpack beside, then rename: an interrupted run leaves nothing that looks complete."""
        aside = self.folder / "unpacking"
        shutil.rmtree(aside, ignore_errors=True)
        with zipfile.ZipFile(self.archive) as archive:
            archive.extractall(aside)
            for member in archive.infolist():
                mode = (member.external_attr >> 16) & 0o777
                if mode:
                    (aside / member.filename).chmod(mode | 0o600)
        if not self.account.is_caller:
            for path in (aside, *aside.rglob("*")):
                os.chown(path, self.account.uid, self.account.gid)
        shutil.rmtree(self.home, ignore_errors=True)
        (aside / self.home.name).rename(self.home)
        shutil.rmtree(aside)


#: Lines of Maven's that repeat others or say nothing about the cause.
_MAVEN_CHATTER = re.compile(
    r"-e switch|-X switch|possible solutions|plugin descriptor|previous attempt|^\[\S*\]\s*$|\] \[Help"
)


def complaints(output: str) -> str:
    """What Maven warned of and failed with, once each: the cause, such as a certificate, is only in a warning."""
    lines = (line for line in output.splitlines() if re.search(r"\[(?:\S*m)?(?:WARNING|ERROR)", line))
    found = dict.fromkeys(line for line in lines if not _MAVEN_CHATTER.search(line))
    return "\n".join(list(found)[:12]) or output[-1000:]


def _maven(command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=DOWNLOAD_SECONDS,
        check=False,
    )


def java_home() -> Path | None:
    """Folder of a Java that is new enough, None when there is none."""
    named = os.environ.get("JAVA_HOME")
    candidates = [Path(named) / "bin" / "java"] if named else []
    found = shutil.which("java")
    candidates += [Path(found)] if found else []
    candidates += sorted(Path("/usr/lib/jvm").glob("*/bin/java"), reverse=True)
    for program in candidates:
        if program.exists() and _java_version(program) >= OLDEST_JAVA:
            return program.resolve().parents[1]
    return None


def _java_version(program: Path) -> int:
    """Major version (`17`); 0 when it does not say."""
    done = subprocess.run([program, "-version"], capture_output=True, timeout=30, check=False)  # noqa: S603
    match = re.search(r'version "(\d+)', done.stderr.decode(errors="replace"))
    return int(match[1]) if match else 0
