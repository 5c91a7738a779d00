"""
The one table of the languages that the Newsroom publishes in.

Whatever differs from language to language and is not a message or a date
format stands here, and only here: settings, templates and models read it from
this table. To add a language, add a row (and, if Django does not know the
language, an entry in `register_languages`), a catalogue below `locale/` and a
module of formats below `newsroom/formats/`.

Names of months and weekdays are messages (`newsroom/locale/`); the order of
day, month and year is a matter of formats (`newsroom/formats/`).

The settings import this module, so it must not ask for any setting.
"""

import unicodedata
from dataclasses import dataclass

# Letters that Unicode does not take apart into a plain letter and a mark, with
# the letter that they are filed under. The Arabic ones are the forms of alef,
# hamza, yeh and teh, and the letters that Kurdish and Persian names bring along.
_FILED_UNDER = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        "ء": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ێ": "ي",
        "ې": "ي",
        "ة": "ت",
        "ک": "ك",
        "گ": "ك",
        "پ": "ب",
        "چ": "ج",
        "ژ": "ز",
        "ڤ": "ف",
        "ۆ": "و",
        "ۇ": "و",
        "ە": "ه",
        "ھ": "ه",
        "ڕ": "ر",
        "ڵ": "ل",
        "ـ": "",  # tatweel only stretches a word
    }
)


@dataclass(frozen=True)
class Language:
    """
    A language of the site.

    code: what addresses, model fields (`title_ku`) and catalogues call it.
    name: its own name, as readers see it in the language switch.
    name_en: its English name, the message that the admin translates.
    direction: "ltr" or "rtl", for the attribute `dir`.
    locale: language and territory as Open Graph wants them (`og:locale`).
    alphabet: its letters in lower case and in order, for lists from A to Z.
        Other letters are first taken back to one of these; see `fold`.
    quote_marks: what stands before and after a quotation.
    words_per_minute: how fast its readers read a text aloud; in silence they need no longer.
    accepts: the tags of Accept-Language (in lower case) that mean this
        language. A longer tag (`ar-SY`) means what its shorter form means.
    """

    code: str
    name: str
    name_en: str
    direction: str
    locale: str
    alphabet: str
    quote_marks: tuple[str, str]
    words_per_minute: int
    accepts: tuple[str, ...]

    @property
    def bidi(self):
        """Whether the language is written from right to left."""
        return self.direction == "rtl"

    def fold(self, text):
        """
        The text in the letters of this language's alphabet, as far as they go.

        Lower case, and each letter that the alphabet lacks as the letter that
        it is filed under: `أ`, `إ` and `آ` as `ا` in Arabic, `é` as `e` in
        English, `ö` as `o` in Kurdish. Letters of the alphabet stay as they
        are, so that Turkish keeps `ı` apart from `i`. Anything else (digits,
        spaces, another script) is left alone.
        """
        text = unicodedata.normalize("NFC", text)
        if self.code == "tr":
            text = text.replace("I", "ı").replace("İ", "i")
        return "".join(letter if letter in self.alphabet else self._filed_under(letter) for letter in text.lower())

    @staticmethod
    def _filed_under(letter):
        parts = unicodedata.normalize("NFKD", letter)
        return "".join(part for part in parts if not unicodedata.combining(part)).translate(_FILED_UNDER)

    def sort_key(self, text):
        """
        What to sort a text by so that a list stands in this language's order.

        Letters of other scripts follow after the alphabet; spaces, digits and
        punctuation come before it. The text itself breaks ties.
        """
        return [self._rank(letter) for letter in self.fold(text)], text

    def _rank(self, letter):
        if letter in self.alphabet:
            return 1, self.alphabet.index(letter)
        return (2 if letter.isalpha() else 0), ord(letter)


# Reading speeds: Trauzettel-Klosinski and Dietz, Standardized assessment of reading performance: the new
# International Reading Speed Texts IReST (Investigative Ophthalmology & Visual Science 53, 2012).
LANGUAGES = (
    Language(
        code="en",
        name="English",
        name_en="English",
        direction="ltr",
        locale="en_GB",
        alphabet="abcdefghijklmnopqrstuvwxyz",
        quote_marks=("“", "”"),
        words_per_minute=228,
        accepts=("en",),
    ),
    Language(
        code="ar",
        name="العربية",
        name_en="Arabic",
        direction="rtl",
        # Open Graph's one locale for Arabic, whatever the country.
        locale="ar_AR",
        alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
        quote_marks=("«", "»"),
        words_per_minute=138,
        # Besides Arabic as a whole: Standard, Levantine (two old and new codes)
        # and Mesopotamian Arabic. People who speak these read Standard Arabic.
        accepts=("ar", "arb", "apc", "ajp", "acm"),
    ),
    Language(
        code="tr",
        name="Türkçe",
        name_en="Turkish",
        direction="ltr",
        locale="tr_TR",
        # With q, w and x, which Turkish itself has not but Kurdish names have.
        alphabet="abcçdefgğhıijklmnoöpqrsştuüvwxyz",
        quote_marks=("“", "”"),
        words_per_minute=166,
        accepts=("tr",),
    ),
    Language(
        code="ku",
        name="Kurdî",
        name_en="Kurdish (Kurmanji)",
        direction="ltr",
        locale="ku_TR",
        alphabet="abcçdeêfghiîjklmnopqrsştuûvwxyz",
        quote_marks=("“", "”"),
        # Not measured; its words are about as long as Turkish ones.
        words_per_minute=166,
        # Kurmanji goes by `ku` and `kmr`. Whoever asks for Sorani (`ckb`) or
        # Southern Kurdish (`sdh`), which the site does not have, is nearer to
        # this edition than to any other.
        accepts=("ku", "kmr", "ku-latn", "kmr-latn", "ku-tr", "kmr-tr", "ckb", "sdh"),
    ),
)


def register_languages():
    """
    Tells Django the languages that it does not know: Kurmanji.

    Django has a catalogue for Sorani (`ckb`) but knows nothing of `ku`; without
    this entry `get_language_info("ku")`, and with it the admin and every
    template that asks for a language's name or direction, fails. Called by the
    settings, before anything is translated. Calling it again changes nothing.
    """
    # Here and not above, so that reading the table does not load Django.
    from django.conf.locale import LANG_INFO

    LANG_INFO.setdefault(
        "ku",
        {"bidi": False, "code": "ku", "name": "Kurdish (Kurmanji)", "name_local": "Kurdî"},
    )
