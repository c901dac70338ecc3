"""Logs carry no personal data."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from portal.logs import PrivateDataFilter, without_personal_data


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("mail to zhang.san+x@example.org failed", "mail to [e-mail] failed"),
        ("refused 10.20.30.40:443", "refused [address]:443"),
        ("phone 13800138000 called", "phone [number] called"),
        ("id 11010519491231002X", "id [number]"),
        ("Not Found: /search/?q=张三&page=2", "Not Found: /search/?[…]"),
        ("Not Found: /receipts/YL-7K3M-Q9TD-2WXA-4/withdraw/", "Not Found: /receipts/[key]/withdraw/"),
        ("Not Found: /receipts/yl7k3mq9td2wxa4/", "Not Found: /receipts/[key]/"),
        (
            "Gone: /consultations/parks/comment/12.1abc.x_Y-z/edit/",
            "Gone: /consultations/parks/comment/[key]/edit/",
        ),
        (
            "GET /receipts/ and /consultations/parks/comment/",
            "GET /receipts/ and /consultations/parks/comment/",
        ),
        ("comment yl-7k3m-q9td-2wxa-4 kept", "comment [key] kept"),
        ("document 4787 of 2026-11-23", "document 4787 of 2026-11-23"),
        ("version 8.0.1", "version 8.0.1"),
    ],
)
def test_what_is_removed_and_what_stays(text: str, clean: str) -> None:
    assert without_personal_data(text) == clean


@given(name=st.from_regex(r"[a-z]{1,10}", fullmatch=True), number=st.integers(10**10, 10**11 - 1))
def test_no_address_and_no_number_survives(name: str, number: int) -> None:
    text = without_personal_data(f"from <{name}@example.com> tel:{number}.")
    assert name + "@" not in text
    assert str(number) not in text


def test_the_filter_cleans_arguments_too() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "sent to %s", ("a@example.org",), None)
    assert PrivateDataFilter().filter(record)
    assert record.getMessage() == "sent to [e-mail]"


def test_every_handler_is_filtered_and_none_sends_mail() -> None:
    handlers = settings.LOGGING["handlers"]
    assert all("private" in handler["filters"] for handler in handlers.values())
    assert "mail_admins" not in settings.LOGGING["loggers"]["django"]["handlers"]
    assert settings.LOGGING["loggers"]["django"]["propagate"] is False
