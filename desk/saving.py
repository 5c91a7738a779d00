"""
Saving per language: nobody's words are lost when two people edit one item.

A form is made of *parts*: one per language, and one for what the languages
share. With each part the form carries what its author was shown, as a
revision number and a digest of the values (a *seal*). When it comes back:

- a part whose values still match the digest was not touched: it is not written;
- a part that was touched is written if nobody saved it meanwhile;
- else the author is shown both texts, and nothing is written.
"""

import hashlib
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from modeltranslation.translator import translator

from publishing import workflow
from publishing.fields import HtmlField
from publishing.html import clean_html
from publishing.languages import language_codes

SHARED = "shared"


@dataclass(frozen=True)
class Seal:
    """What a form's author was shown of one part."""

    revision: int
    digest: str

    def __str__(self):
        return f"{self.revision}:{self.digest}"

    @classmethod
    def parse(cls, text):
        """Reads a seal back. Whatever is not one counts as having been shown nothing."""
        revision, _colon, digest = (text or "").partition(":")
        return cls(int(revision) if revision.isdecimal() else 0, digest)


def parts_of(form):
    """Part → names of its fields, for a form of a publishable model."""
    translated = translator.get_options_for_model(form._meta.model).get_field_names()
    parts = {
        code: [f"{name}_{code}" for name in translated if f"{name}_{code}" in form.fields] for code in language_codes()
    }
    in_languages = {name for names in parts.values() for name in names}
    parts[SHARED] = [name for name in form.fields if name not in in_languages and not name.startswith(SEAL_PREFIX)]
    return parts


SEAL_PREFIX = "seal_"


def digest(model, values):
    """A short digest of field name → value, the same for a stored value and the untouched form value of it."""
    lines = [f"{name}={_plain(model, name, values[name])}" for name in sorted(values)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _plain(model, name, value):
    if value is None or value == "":
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return ",".join(sorted(str(getattr(entry, "pk", entry)) for entry in value))
    if isinstance(model._meta.get_field(name), HtmlField):
        return clean_html(value)
    return "\n".join(str(value).strip().splitlines())


def revision_of(item, part):
    """How often a part of `item` was saved."""
    if part == SHARED:
        return item.shared_revision
    edition = item.edition_in(part) if item.pk else None
    return edition.revision if edition else 0


def last_save_of(item, part):
    """(who, when) of the newest save of a part."""
    if part == SHARED:
        return item.shared_saved_by, item.shared_saved_at
    edition = item.edition_in(part)
    return (edition.saved_by, edition.saved_at) if edition else (None, None)


def record_saves(item, parts, user):
    """Counts a save of each part, with who and when."""
    now = timezone.now()
    for part in parts:
        if part == SHARED:
            item.shared_revision += 1
            item.shared_saved_by, item.shared_saved_at = user, now
            item.save(update_fields=["shared_revision", "shared_saved_by", "shared_saved_at"])
            continue
        workflow.record_save(item, language=part, by=user)
    getattr(item, "_prefetched_objects_cache", {}).pop("editions", None)
