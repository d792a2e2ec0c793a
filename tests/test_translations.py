"""A translation with gaps fails here."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import polib
import pytest

LOCALE = Path(__file__).parent.parent / "comity" / "locale"
LANGUAGES = ("ar", "es", "fr", "ru", "zh_Hans")
PLACE = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> polib.POFile:
    return polib.pofile(str(LOCALE / request.param / "LC_MESSAGES" / "django.po"))


def test_every_message_is_translated(catalogue: polib.POFile) -> None:
    gaps = [one.msgid for one in catalogue if not one.obsolete and (not one.translated() or one.fuzzy)]
    assert gaps == []


def test_places_to_fill_are_kept(catalogue: polib.POFile) -> None:
    for one in catalogue:
        if not one.msgid_plural:
            assert set(PLACE.findall(one.msgid)) == set(PLACE.findall(one.msgstr)), one.msgid
        else:
            allowed = set(PLACE.findall(one.msgid)) | set(PLACE.findall(one.msgid_plural))
            for text in one.msgstr_plural.values():
                assert set(PLACE.findall(text)) <= allowed, one.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for one in polib.pofile(str(folder / "django.po")):
        if not one.msgid_plural and not one.obsolete:
            assert (
                compiled.pgettext(one.msgctxt, one.msgid)
                if one.msgctxt
                else compiled.gettext(one.msgid) == one.msgstr
            )


def test_all_languages_have_the_same_messages() -> None:
    messages = {
        language: {
            (one.msgctxt, one.msgid)
            for one in polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
            if not one.obsolete
        }
        for language in LANGUAGES
    }
    assert all(found == messages["fr"] for found in messages.values())


def test_every_message_of_the_templates_is_in_the_catalogues() -> None:
    root = LOCALE.parent
    known = {one.msgid for one in polib.pofile(str(LOCALE / "fr" / "LC_MESSAGES" / "django.po"))}
    missing = [
        text
        for template in root.rglob("templates/**/*.html")
        for text in re.findall(r'\{% translate "([^"]+)"', template.read_text(encoding="utf-8"))
        if text.replace("%", "%%") not in known and text not in known
    ]
    assert missing == []
