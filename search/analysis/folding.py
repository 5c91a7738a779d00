"""
One folding for texts and for what people type, so that the two meet however they are written.

In this order: compatibility forms become plain letters (NFKC); case goes; what only stretches, joins, hides or directs
letters goes; letters that people write one for another become one; vowel signs and accents go.

Rules and where they come from:

- Unicode normalisation and case folding: Unicode Standard Annex 15 and section 3.13 of the Unicode Standard.
- Arabic (alef and hamza forms, ya and alef maqsura, ta marbuta, vowel signs, tatweel): Larkey, Ballesteros and Connell,
  Light Stemming for Arabic Information Retrieval (2007). They leave hamza on its seats, we do not: people leave it out.
- Kurdish and Persian letters: the alphabets as Unicode describes them in section 9.2, and W. M. Thackston, Sorani
  Kurdish, A Reference Grammar (2006). The keyboards of the three languages write some letters with codes of their own
  (ك and ک), and the marks of ێ ۆ ڕ ڵ are left out as often as a circumflex in Latin letters.
- Latin: a letter loses its accents, as on a keyboard that has none. Turkish İ, I, ı and i are one letter in all
  languages: a name is found in each of them.

Other scripts lose their case, and nothing else.
"""

import re
import unicodedata

# Sets of characters, to be put between the brackets of a pattern.
MARKS = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"  # accents
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff"  # Arabic
)
JOINERS = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
APOSTROPHES = "'’‘ʼ`´＇"

# U+0640 is tatweel. Those after it stand for the glottal stop and for ayn in Latin letters: Raʾs al-ʿAyn; or for a
# hamza that floats beside its letter, of which NFKC makes a sign of its own.
_DROPPED = re.compile(f"[{MARKS}{JOINERS}\u0640\u02be\u02bf\u02bb\u02b9\u0674]+")

# Before NFKC, which makes two signs of one of them, and after, as it makes some.
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))

_LATIN = {
    "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "n",
    "ə": "e",
}  # fmt: skip

_ARABIC = {
    **dict.fromkeys("أإآٱٲٳ", "ا"),
    **dict.fromkeys("ؤۆۇۈۊۋ", "و"),
    **dict.fromkeys("ىیئێېےۍؠۓ", "ي"),
    **dict.fromkeys("ةەھہۀۂۃۿ", "ه"),
    **dict.fromkeys("کڪ", "ك"),
    **dict.fromkeys("ڕڒ", "ر"),
    **dict.fromkeys("ڵڶ", "ل"),
    **{letter: str(digit) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for digit, letter in enumerate(digits)},
}

# In Arabic these stand in names alone, which others write with the nearest Arabic letter (Rojava: روژافا, روجافا).
_IN_NAMES = {"پ": "ب", "چ": "ج", "ژ": "ج", "گ": "ك", "ڤ": "ف"}
# In Kurdish they are letters of their own that tell words apart. There ئ is no more than what a first vowel stands on.
_IN_KURDISH = {"ئ": ""}

# A hamza by itself is left out so often at the end of a word (سما, شي) and inside (قراة) that it counts for nothing;
# but it stays where a letter and alef alone would be left: water (ماء) is not the word "what" (ما).
_LEFT_OUT_HAMZA = re.compile(r"(?<!\b[^\Wء]ا)ء|ء(?=\w)")

# Putting marks in order takes NFKC the square of their number: whoever piles them up gets this many.
_PILED_UP = re.compile(r"([^\w\x00-\x7f]{100})[^\w\x00-\x7f]+")


def _without_accents():
    """Latin letters with accents → plain ones, for those that Unicode takes apart."""
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = re.sub(f"[{MARKS}]", "", unicodedata.normalize("NFKD", chr(code)))
        if plain.isascii():
            yield code, plain


def _tables():
    everywhere = dict(_without_accents()) | _APOSTROPHES | str.maketrans(_LATIN | _ARABIC)
    kurdish = everywhere | str.maketrans(_IN_KURDISH)
    others = everywhere | str.maketrans(_IN_NAMES)
    return kurdish, others


_KURDISH, _OTHERS = _tables()


def fold(text, language):
    """
    `text` as it is compared, in any of the languages: its words are separated as they were.

    Folding what was folded changes nothing. Any string will do; time grows with its length and no faster.
    """
    text = _PILED_UP.sub(r"\1", text.translate(_APOSTROPHES))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _DROPPED.sub("", text).translate(_KURDISH if language == "ku" else _OTHERS)
    # What was dropped may have stood between two signs that make one.
    return unicodedata.normalize("NFKC", _LEFT_OUT_HAMZA.sub("", text))
