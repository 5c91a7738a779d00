"""Why a file was refused, in a sentence for the person who sent it: what is wrong, and what to do."""

import errno
from contextlib import contextmanager

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from media_library.formats import BY_NAME, Refused

__all__ = ["Refused", "refusing_full_disk", "sentence"]


def sentence(code, facts):
    """The sentence for a code and its facts, in the active language."""
    return _SENTENCES[code]() % _in_words(facts)


def _in_words(facts):
    """Bytes and names of formats as people read them."""
    facts = dict(facts)
    for name in ("size", "limit_size"):
        if name in facts:
            facts[name] = filesizeformat(facts[name])
    if facts.get("found") in BY_NAME:
        facts["found"] = BY_NAME[facts["found"]].extension.upper()
    # Uploads that were refused long ago do not say what was asked for.
    kinds = facts.get("kinds", _KINDS)
    facts["kinds"] = _(", ").join(name() for kind, name in _KINDS.items() if kind in kinds)
    return facts


@contextmanager
def refusing_full_disk():
    """Says of the error of a disk that is full, or of an account that may not store more, that this is so."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused("disk_full") from error
        raise


# Functions, so that each sentence is translated when it is asked for.
_KINDS = {
    "picture": lambda: _("pictures (JPEG, PNG, WebP, AVIF, GIF, HEIC)"),
    "document": lambda: _("documents (PDF)"),
    "video": lambda: _("videos (MP4, WebM)"),
    "audio": lambda: _("sound (MP3, M4A)"),
    "captions": lambda: _("captions (VTT)"),
}
_SENTENCES = {
    "empty": lambda: _("The file is empty. Export it again and upload that."),
    "unknown": lambda: _("This is no file that can be used here. What can be used: %(kinds)s."),
    "mislabelled": lambda: _(
        "The file is a %(found)s, but its name ends in “%(extension)s”. Give it the right ending, or export it anew."
    ),
    "wrong_kind": lambda: _("A %(found)s cannot be used here. What can be used: %(kinds)s."),
    "too_large": lambda: _(
        "The file has %(size)s; up to %(limit_size)s can be used. Export it smaller and upload that."
    ),
    "too_many_pixels": lambda: _(
        "The picture has %(pixels)s megapixels; up to %(limit)s can be used. Export it smaller and upload it again."
    ),
    "animated": lambda: _("Animated pictures cannot be used. Upload a still picture, or add a video."),
    "damaged": lambda: _("This picture is damaged and cannot be opened. Upload it again from its source."),
    "damaged_file": lambda: _("This file is damaged and cannot be opened. Export it again and upload that."),
    "too_heavy": lambda: _(
        "Opening this file takes more memory or time than is safe. Export it smaller, or as JPEG, and upload that."
    ),
    "encrypted": lambda: _("This PDF is protected by a password. Export it without one and upload that."),
    "codec": lambda: _(
        "The recording is in %(found)s, which browsers do not play. Export it as MP4 (H.264 and AAC), WebM, MP3 or M4A."
    ),
    "captions_broken": lambda: _(
        "The captions cannot be read at line %(line)s. Correct it there, save the file as UTF-8 and upload it again."
    ),
    "disk_full": lambda: _("The server has no room left, and nothing was stored. Tell an admin, then upload it again."),
    "interrupted": lambda: _("The file did not arrive whole. Upload it again."),
    "gone": lambda: _("The file of this picture is missing on the server. Replace it with the same picture."),
    # Not refused, but waiting for somebody's decision.
    "same_file": lambda: _("This very file is in the library already. Use the picture there, or add it once more."),
    "looks_alike": lambda: _("A picture in the library looks like this one. Use that one, or add this one, too."),
}
