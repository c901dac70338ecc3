"""The supplement to Wagtail's Chinese: only texts Wagtail has and has not translated, placeholders kept."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
import wagtail
from django.utils.translation import gettext, override

from scripts.check_translations import PLACEHOLDER
from tests.support.database import REPOSITORY

SUPPLEMENT = REPOSITORY / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
WAGTAIL = Path(wagtail.__file__).parent


def catalogues(language: str) -> dict[str, list[polib.POEntry]]:
    found: dict[str, list[polib.POEntry]] = {}
    for path in WAGTAIL.rglob(f"locale/{language}/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path)):
            found.setdefault(entry.msgid, []).append(entry)
    return found


def test_every_text_is_one_that_wagtail_shows_and_has_not_translated_everywhere() -> None:
    shown, translated = catalogues("en"), catalogues("zh_Hans")
    for entry in polib.pofile(str(SUPPLEMENT)):
        assert entry.msgid in shown, entry.msgid
        mine = [other for other in translated.get(entry.msgid, []) if other.translated()]
        assert len(mine) < len(shown[entry.msgid]), f"Wagtail has translated {entry.msgid!r} by now"


def test_placeholders_are_kept() -> None:
    for entry in polib.pofile(str(SUPPLEMENT)):
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        known = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in texts:
            assert text, entry.msgid
            if entry.msgid_plural:
                assert set(PLACEHOLDER.findall(text)) <= known, entry.msgid
            else:
                assert set(PLACEHOLDER.findall(text)) == known, entry.msgid


@pytest.mark.parametrize(
    ("text", "chinese"), [("Search all pages…", "搜索全部页面…"), ("Schedule to publish", "定时发布")]
)
def test_the_admin_shows_them(text: str, chinese: str) -> None:
    with override("zh-hans"):
        assert gettext(text) == chinese
    with override("en"):
        assert gettext(text) == text
