"""
What makes a password good enough: its length, and that nobody guesses it.

No composition rules, no expiry (NIST SP 800-63B, 3.1.1.2). How many guesses a
password stands is estimated by zxcvbn, offline, with the site's own words and
the person's names in its dictionary.
"""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

# What zxcvbn looks at: more takes it long (2 s for signs that stand for many letters), and makes no password weaker.
LOOKED_AT = 32
# The longest that is taken at all: hashing has to end.
LONGEST = 256
# zxcvbn's scale: 3 is "safely unguessable", over 10^8 guesses.
NEEDED_SCORE = 3

_SEPARATORS = re.compile(r"[\s._-]+")

_word_sources = []


def register_words(function):
    """Has `function()` asked for words that a stranger would try here, such as the site's name."""
    if function not in _word_sources:
        _word_sources.append(function)


class LengthValidator(MinimumLengthValidator):
    """Twelve characters or more, and not more than can be hashed in good time."""

    def __init__(self):
        super().__init__(min_length=12)

    def validate(self, password, user=None):
        super().validate(password, user)
        if len(password) > LONGEST:
            raise ValidationError(
                ngettext(
                    "This password is too long: at most %(limit)s character is possible.",
                    "This password is too long: at most %(limit)s characters are possible.",
                    LONGEST,
                ),
                code="password_too_long",
                params={"limit": LONGEST},
            )


class GuessableValidator:
    """Refuses what an attacker tries first: names, words of this site, patterns on the keyboard, years."""

    def validate(self, password, user=None):
        """Raises `ValidationError` for a password that is easily guessed."""
        words = words_about(user)
        # Without its separators, too: "the-site's-name" is no better than "thesitesname".
        if any(_score(text, words) < NEEDED_SCORE for text in {password, _SEPARATORS.sub("", password)}):
            raise ValidationError(
                _(
                    "This password is easy to guess. Take four or five words that have nothing to do with "
                    "you or this site, or let a password manager make one."
                ),
                code="password_guessable",
            )

    def get_help_text(self):
        return _("Not a name, a well-known phrase or a word of this site. Four or five random words are good.")


def _score(password, words):
    return zxcvbn(password[:LOOKED_AT], user_inputs=words)["score"] if password else 0


def words_about(user):
    """The words that somebody who knows this site and this person would try."""
    texts = [urlsplit(settings.NEWSROOM_SITE_URL).hostname or "", "newsroom"]
    texts += [word for source in _word_sources for word in source()]
    if user is not None:
        texts += [user.username, user.email, user.display_name]
    words = {part for text in texts for part in _parts(text)}
    return sorted(words)


def _parts(text):
    """A name as a whole, without its spaces, and each of its words."""
    text = text.casefold()
    pieces = text.replace("@", " ").replace(".", " ").replace("-", " ").replace("_", " ").split()
    return {text, "".join(pieces), *(piece for piece in pieces if len(piece) > 2)} - {""}
