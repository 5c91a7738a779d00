"""Words for addresses, made from a title in that title's own language."""

import re
import unicodedata

MAX_LENGTH = 80

# Letters that Unicode does not take apart into a base letter and a mark.
_LATIN_LETTERS = str.maketrans({"ı": "i", "İ": "i", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})
_ARABIC_MARKS = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)


def slugify(text, language):
    """
    Address words for `text`: lower-case, joined by hyphens, at most `MAX_LENGTH` characters.

    Arabic keeps its letters (without vowel signs, tatweel and direction marks);
    other languages are folded to ASCII. Django's own slugify drops the Turkish
    dotless i and every Arabic letter. May return "" when nothing is left.
    """
    text = unicodedata.normalize("NFKC", text)
    text = _arabic_words(text) if language == "ar" else _ascii_words(text)
    words = re.sub(r"[^\w]+|_+", "-", text).strip("-")
    return _cut_at_word(words)


def _arabic_words(text):
    return _ARABIC_MARKS.sub("", text).lower()


def _ascii_words(text):
    text = re.sub("[’'ʼ`]", "", text.translate(_LATIN_LETTERS))
    decomposed = unicodedata.normalize("NFKD", text)
    return decomposed.encode("ascii", "ignore").decode().lower()


def _cut_at_word(words):
    if len(words) <= MAX_LENGTH:
        return words
    head = words[: MAX_LENGTH + 1].rsplit("-", 1)[0]
    return head[:MAX_LENGTH].strip("-")
