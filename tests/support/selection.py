"""Which tests belong to this run. What does not is deselected, never skipped: a skip would look like a gap."""

from __future__ import annotations

import os

import pytest
from django.db import connection

#: Set by `make test-services`; without it tests that need a server are left out.
WITH_SERVICES = "YANLU_TEST_SERVICES"


def belongs_here(item: pytest.Item) -> bool:
    """True when `item` can run: on the servers when they are there, and on the database it is about."""
    if item.get_closest_marker("services") and not os.environ.get(WITH_SERVICES):
        return False
    about = {name for name in ("sqlite", "postgresql") if item.get_closest_marker(name)}
    return not about or connection.vendor in about
