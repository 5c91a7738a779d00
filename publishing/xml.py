"""What XML can hold: feeds and sitemaps are written in it."""

import re

# XML 1.0, section 2.2.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text):
    """A text without the characters that would break a file."""
    return _NOT_IN_XML.sub("", text or "")
