"""
Quotes that an editor marks for sharing.

Each stands word for word in the text. It has a picture for social networks and
an address of its own: the article's with `?quote=2`.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from articles.models import SocialCard
from publishing.html import plain_text
from publishing.languages import current_language

MOST, LONGEST = 3, 280
# Where a quote may stand.
TEXTS = ("standfirst", "body")

_MARKS = re.compile("[\"“”„‟«»‹›'‘’‚‛`´]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\ufeff\u00ad]")
# What an editor sets around a quote: cards and pages have marks of their own.
_AROUND = '"“”„‟«»‹› '


# --- In the form -----------------------------------------------------------------


def tidied(lines):
    """What was typed, a quote on each line, without empty lines and the marks around a quote."""
    quotes = (" ".join(line.split()).strip(_AROUND) for line in (lines or "").splitlines())
    return "\n".join(quote for quote in quotes if quote)


def complaints(lines, *texts):
    """Yields a message for each thing that is wrong with quotes, one on a line, from `texts` (HTML)."""
    quotes = tidied(lines).splitlines()
    if len(quotes) > MOST:
        yield _("These are more quotes than the three that a text may have. Take some out.")
    read = [_comparable(plain_text(text)) for text in texts]
    for quote in quotes:
        if len(quote) > LONGEST:
            facts = {"quote": _named(quote), "length": len(quote), "limit": LONGEST}
            yield _("The quote “%(quote)s” has %(length)s characters, at most %(limit)s fit on its picture.") % facts
        if not any(_comparable(quote) in text for text in read):
            yield _("“%(quote)s” does not stand in the text word for word. Copy it from there.") % {
                "quote": _named(quote)
            }


def _comparable(text):
    """A text whose spaces, quotation marks and invisible signs make no difference."""
    text = _MARKS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(text.split())


def _named(quote):
    """A quote as a message names it: its beginning, isolated so that its direction changes nothing around it."""
    return f"\u2068{quote[:60]}{'…' if len(quote) > 60 else ''}\u2069"


# --- On the page -----------------------------------------------------------------


@dataclass(frozen=True)
class Quote:
    """A quote on an article's page: its number from 1, its words, and its picture (`SocialCard`) once it is made."""

    number: int
    words: str
    card: SocialCard | None

    def __str__(self):
        return in_marks(self.words, current_language())


def in_marks(words, language):
    """Words between the quotation marks of a language."""
    opening, closing = settings.NEWSROOM_LANGUAGES[language].quote_marks
    return f"{opening}{words}{closing}"


def card_of(edition, number=0):
    """
    The picture of a quote, or (0) of the article, of an edition whose version got its `cards`; None until it is made.

    That of an article is for an edition with its picture from `give_pictures`: readers who may not see that (any
    more) are not shown the card with it either.
    """
    if not number and edition.version.card_picture_id and edition.picture is None:
        return None
    path = edition.version.cards.get(number)
    return SocialCard(quote=number, path=path) if path else None


def quotes_of(edition):
    """The quotes that readers are offered."""
    words = enumerate(edition.version.quotes[:MOST], start=1)
    return [Quote(number, quote, card_of(edition, number)) for number, quote in words]


def asked_quote(quotes, asked):
    """The quote that an address names, or None: then the page is the article's plain one."""
    return next((quote for quote in quotes if str(quote.number) == asked), None)
