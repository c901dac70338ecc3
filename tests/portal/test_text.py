"""Text as every room uses it."""

from __future__ import annotations

from portal.text import storable


def test_what_no_database_can_store_is_made_visible_at_any_depth() -> None:
    broken = {"a\x00": ["x\ud800y", ("\x00", 1, None)], "whole": "云岭省🙂"}
    assert storable(broken) == {"a\ufffd": ["x\ufffdy", ["\ufffd", 1, None]], "whole": "云岭省🙂"}
