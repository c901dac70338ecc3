"""Wrong configuration is an error with a hint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from portal import checks
from tests.support.database import REPOSITORY

GOOD_KEY = "k3yT0-" + "abcdefghij0123456789" * 4


def ids(found: list[object]) -> list[str]:
    return [message.id for message in found]  # type: ignore[attr-defined]


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own with nothing but `environment`."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=keep | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_settings_of_these_tests_pass() -> None:
    for check in (
        checks.check_secret_key,
        checks.check_allowed_hosts,
        checks.check_broker,
        checks.check_data_folder,
    ):
        assert check(None) == []


def test_missing_secret_key_and_hosts(settings: Settings) -> None:
    settings.SECRET_KEY_IS_MISSING = True
    settings.ALLOWED_HOSTS = []
    assert ids(checks.check_secret_key(None)) == ["yanlu.E001"]
    assert ids(checks.check_allowed_hosts(None)) == ["yanlu.E002"]
    settings.DEBUG = True
    assert checks.check_allowed_hosts(None) == []


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("filesystem://", True),
        ("redis://127.0.0.1:6379/0", True),
        ("rediss://:pass@host/0", True),
        ("http://127.0.0.1:6379", False),
        ("127.0.0.1:6379", False),
        ("", False),
    ],
)
def test_brokers(settings: Settings, url: str, known: bool) -> None:
    settings.CELERY_BROKER_URL = url
    assert ids(checks.check_broker(None)) == ([] if known else ["yanlu.E003"])


def test_a_data_folder_that_is_no_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "absent"
    assert ids(checks.check_data_folder(None)) == ["yanlu.E004"]
    settings.DATA_DIR = tmp_path
    assert checks.check_data_folder(None) == []


@pytest.mark.parametrize(
    ("processes", "shared", "warned"),
    [("", False, False), ("1", False, False), ("4", False, True), ("4", True, False)],
)
def test_limits_of_several_processes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, processes: str, shared: bool, warned: bool
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", processes)
    backend = "django.core.cache.backends.redis.RedisCache" if shared else checks.LOCAL_CACHE
    settings.CACHES = {"default": {"BACKEND": backend}}
    assert ids(checks.check_limits_are_shared(None)) == (["yanlu.W005"] if warned else [])


@pytest.mark.parametrize(
    ("url", "warned"), [("http://127.0.0.1:8000", True), ("https://policy.example.org", False)]
)
def test_the_public_address(settings: Settings, url: str, warned: bool) -> None:
    settings.WAGTAILADMIN_BASE_URL = url
    assert ids(checks.check_base_url(None)) == (["yanlu.W006"] if warned else [])


def test_production_without_configuration_is_refused_with_hints(tmp_path: Path) -> None:
    result = manage("check", YANLU_DATA=str(tmp_path), DJANGO_SETTINGS_MODULE="portal.settings.production")
    assert result.returncode != 0
    assert "yanlu.E001" in result.stderr
    assert "yanlu.E002" in result.stderr
    assert "Set the environment variable SECRET_KEY" in result.stderr
    assert "Traceback" not in result.stderr


def test_production_as_documented_passes_the_deployment_check(tmp_path: Path) -> None:
    result = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        YANLU_DATA=str(tmp_path),
        DJANGO_SETTINGS_MODULE="portal.settings.production",
        SECRET_KEY=GOOD_KEY,
        ALLOWED_HOSTS="policy.example.org",
        BASE_URL="https://policy.example.org",
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_data_folder_out_of_reach_is_reported_not_raised(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    result = manage("check", YANLU_DATA=str(blocker / "data"), DJANGO_SETTINGS_MODULE="portal.settings.dev")
    assert result.returncode != 0
    assert "yanlu.E004" in result.stderr
    assert "Traceback" not in result.stderr
