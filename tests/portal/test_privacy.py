"""Callers are counted without being named; what only one person may see is kept out of caches and indexes."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.privacy import address_digest, keep_private

if TYPE_CHECKING:
    from pytest_django import Settings

V4 = st.ip_addresses(v=4).map(str)
V6 = st.ip_addresses(v=6)


def request_from(address: str, forwarded: str = "") -> HttpRequest:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return request


def digest(address: str, group: str = "comments") -> str:
    return address_digest(group, request_from(address))


@given(V4)
def test_the_digest_does_not_hold_the_address(address: str) -> None:
    found = digest(address)
    assert address not in found
    assert len(found) == 64 and int(found, 16) >= 0
    assert found == digest(address)


@given(V4, V4)
def test_two_addresses_are_two_callers(first: str, second: str) -> None:
    assert (digest(first) == digest(second)) is (first == second)


@given(V6, st.integers(0, 2**64 - 1))
def test_one_network_of_ipv6_is_one_caller(address: ipaddress.IPv6Address, host: int) -> None:
    """A household has 2^64 addresses of its own; counting each would limit nobody."""
    network = ipaddress.ip_network(f"{address}/64", strict=False)
    neighbour = network.network_address + host
    assert digest(str(address)) == digest(str(neighbour))


def test_two_networks_of_ipv6_are_two_callers() -> None:
    assert digest("2001:db8:0:1::1") != digest("2001:db8:0:2::1")


def test_one_caller_is_counted_apart_for_each_purpose() -> None:
    assert digest("192.0.2.1", "comments") != digest("192.0.2.1", "receipts")


@pytest.mark.parametrize("claimed", ["", "unknown", "<script>", "999.1.1.1", "192.0.2.1 or 1=1", "::gggg"])
def test_what_is_no_address_is_one_caller(claimed: str) -> None:
    assert digest(claimed) == digest("not an address")


def test_of_a_forwarded_list_only_what_our_own_proxy_wrote_counts(settings: Settings) -> None:
    settings.RATELIMIT_IP_META_KEY = "HTTP_X_FORWARDED_FOR"
    honest = request_from("10.0.0.1", forwarded="192.0.2.7")
    forged = request_from("10.0.0.1", forwarded="203.0.113.9, 198.51.100.4, 192.0.2.7")
    other = request_from("10.0.0.1", forwarded="192.0.2.7, 203.0.113.9")
    assert address_digest("comments", honest) == address_digest("comments", forged)
    assert address_digest("comments", honest) != address_digest("comments", other)


def test_without_the_header_of_the_proxy_the_connection_counts(settings: Settings) -> None:
    settings.RATELIMIT_IP_META_KEY = "HTTP_X_FORWARDED_FOR"
    assert address_digest("comments", request_from("192.0.2.7")) == digest("192.0.2.7")


@pytest.mark.parametrize("status", [200, 302, 404, 409])
def test_every_answer_of_a_private_page_is_kept_private(status: int) -> None:
    @keep_private
    def view(request: HttpRequest, code: str) -> HttpResponse:
        return HttpResponse(code, status=status, headers={"Cache-Control": "public, max-age=60"})

    response = view(request_from("192.0.2.1"), code="x")
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store, private"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert view.__name__ == "view"
