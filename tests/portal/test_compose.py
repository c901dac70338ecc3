"""`deploy/compose.yaml` as far as it can be judged without docker: shape, references, secrets, versions."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from scripts.services.elasticsearch import VERSION
from tests.support.database import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}
COMMAND = {"type": "array", "items": {"type": "string"}, "minItems": 1}
HEALTHCHECK = {
    "type": "object",
    "required": ["test", "interval", "timeout", "retries"],
    "additionalProperties": False,
    "properties": {
        "test": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "interval": DURATION,
        "timeout": DURATION,
        "start_period": DURATION,
        "retries": {"type": "integer", "minimum": 1},
    },
}
CONDITION = {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
SERVICE = {
    "type": "object",
    "required": ["image", "restart", "networks"],
    "additionalProperties": False,
    "properties": {
        # A name with a host in it would tie everybody to one registry.
        "image": {"type": "string", "pattern": r"^[a-z0-9_-]+(/[a-z0-9_-]+)?(:[\w.-]+)?$"},
        "build": {"type": "object", "required": ["context", "dockerfile"]},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "command": COMMAND,
        "ports": {"type": "array", "items": {"type": "string"}},
        "networks": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z]+:/"}},
        "ulimits": {"type": "object"},
        "healthcheck": HEALTHCHECK,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "properties": {"condition": CONDITION},
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "required": ["name", "services", "networks", "volumes"],
    "patternProperties": {"^x-": {}},
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "networks": {"type": "object"},
        "volumes": {"type": "object"},
    },
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def test_it_has_the_shape_compose_expects(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, SCHEMA)
    assert set(compose["services"]) == {"postgres", "redis", "elasticsearch", "prepare", "web", "worker"}


def test_everything_referred_to_is_there(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service["networks"]) <= set(compose["networks"]), name
        assert {volume.split(":")[0] for volume in service.get("volumes", ())} <= set(compose["volumes"]), (
            name
        )
        for other, needed in service.get("depends_on", {}).items():
            if needed["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other], f"{name} waits for {other} for ever"
        if "build" in service:
            folder = DEPLOY / service["build"]["context"]
            assert (folder / service["build"]["dockerfile"]).is_file()


def test_whatever_keeps_running_says_how_it_is(compose: dict[str, Any]) -> None:
    lasting = {
        name for name, service in compose["services"].items() if service["restart"] == "unless-stopped"
    }
    assert lasting == set(compose["services"]) - {"prepare"}
    assert all("healthcheck" in compose["services"][name] for name in lasting)


def test_only_the_web_server_is_reachable_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    open_to = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert list(open_to) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in open_to["web"])
    assert compose["networks"]["inner"] == {"internal": True}
    for name in ("postgres", "redis", "elasticsearch"):
        assert compose["services"][name]["networks"] == ["inner"]


def test_no_secret_is_inside_and_none_has_a_default(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "SECRET" in name or "PASSWORD" in name:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name
    example = (DEPLOY / "compose.env.example").read_text()
    assert all(line.endswith("=") for line in example.splitlines() if not line.startswith("#"))
    text = (DEPLOY / "compose.yaml").read_text()
    required = set(re.findall(r"\$\{(\w+):\?", text))
    assert required <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_every_variable_is_documented(compose: dict[str, Any]) -> None:
    documented = set(re.findall(r"`([A-Z_]+)`", (DEPLOY / "ENVIRONMENT.md").read_text()))
    assert set(compose["services"]["web"]["environment"]) <= documented
    assert set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text())) <= documented


def test_elasticsearch_is_the_version_the_suite_runs_on(compose: dict[str, Any]) -> None:
    assert compose["services"]["elasticsearch"]["image"] == f"elasticsearch:{VERSION}"


def test_one_worker_with_one_clock(compose: dict[str, Any]) -> None:
    command = compose["services"]["worker"]["command"]
    assert command[0] == "celery" and "--beat" in command
    assert [
        name for name, service in compose["services"].items() if "--beat" in service.get("command", ())
    ] == ["worker"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("hosts", ["policy.example.org", ".example.org,policy.example.net"])
def test_the_web_server_is_healthy_by_its_own_name(
    compose: dict[str, Any], live_server: Any, settings: Any, hosts: str
) -> None:
    settings.ALLOWED_HOSTS = hosts.split(",")
    kind, _python, *rest = compose["services"]["web"]["healthcheck"]["test"]
    assert kind == "CMD"
    command = [sys.executable, *(part.replace("http://127.0.0.1:8000", live_server.url) for part in rest)]
    environment = {**os.environ, "ALLOWED_HOSTS": hosts}
    subprocess.run(command, env=environment, check=True, timeout=30)


@pytest.mark.parametrize(("minutes", "healthy"), [(1, True), (9, True), (11, False), (None, False)])
def test_the_worker_is_healthy_while_its_clock_marks_the_time(
    compose: dict[str, Any], tmp_path: Path, minutes: int | None, healthy: bool
) -> None:
    (tmp_path / "celerybeat-schedule").touch()
    if minutes is not None:
        clock = tmp_path / "clock"
        clock.touch()
        then = clock.stat().st_mtime - minutes * 60
        os.utime(clock, (then, then))
    kind, command = compose["services"]["worker"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    done = subprocess.run(["sh", "-c", command.replace("/data", str(tmp_path))], timeout=30, check=False)
    assert (done.returncode == 0) is healthy
