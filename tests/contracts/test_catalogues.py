"""Every message is there in all four languages, with the same placeholders and the right plural forms."""

import re

import polib
import pytest
from django.conf import settings

from tests.contracts.messages import ROOT, python_messages, template_messages

pytestmark = pytest.mark.one_database

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


def catalogue(language):
    """(context, msgid) → entry, of the project's own catalogue and of the one for what Django itself says."""
    entries = {}
    for folder in reversed(settings.LOCALE_PATHS):
        path = folder / language / "LC_MESSAGES" / "django.po"
        if path.exists():
            entries |= {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    return entries


def known_to_django(language, message):
    from django.utils.translation import trans_real

    return language != "ku" and message in trans_real.DjangoTranslation(language)._catalog


@pytest.mark.parametrize("language", ["ar", "tr", "ku"])
def test_every_message_is_translated(language):
    entries = catalogue(language)
    missing = []
    for singular, plural, context, where in {*python_messages(), *template_messages()}:
        entry = entries.get((context, singular))
        is_there = entry and entry.translated() and (not plural or all(entry.msgstr_plural.values()))
        if not is_there and not known_to_django(language, singular):
            missing.append(f"{where}: {singular!r}")
    assert not missing, f"{len(missing)} in {language}:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_message_is_fuzzy_and_placeholders_are_kept(path):
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            continue
        assert "fuzzy" not in entry.flags, entry.msgid
        wanted = set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
        for text in [entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values():
            assert set(PLACEHOLDER.findall(text)) <= wanted, entry.msgid
            if not entry.msgid_plural:
                assert set(PLACEHOLDER.findall(text)) == wanted, entry.msgid


@pytest.mark.parametrize(("language", "forms"), [("ar", 6), ("tr", 2), ("ku", 2)])
def test_plurals_have_the_languages_own_forms(language, forms):
    po = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    for entry in po:
        if entry.msgid_plural and not entry.obsolete:
            assert len(entry.msgstr_plural) == forms, entry.msgid
