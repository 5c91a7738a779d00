"""
Kurmanji in Latin script: a light stemmer of nouns, on folded text.

The endings are those of the grammars (W. M. Thackston, *Kurmanji Kurdish: A Reference Grammar*, 2006; C. Bedir Khan
and R. Lescot, *Grammaire kurde*, 1970): izafe, oblique, the indefinite -ek, plural, vocative, and the comparative. As
folding makes one letter of e and ê and one of i and î, izafe and oblique look alike. Verbs are left alone: their
prefixes are the beginning of too many nouns. The abstract -î looks like an oblique, so it goes, except where a word
of its own would be lost (azadî is no azad).
"""

from functools import lru_cache

from search.analysis.endings import Ending, by_last_letter, take_off, words

STOP_WORDS = words(
    """
    an ango ba be belki ber bes bi bo bu bun bune ca ci cawa cend cima cu da de di dibe dike dikin din divet do e ek em
    en ev eva eve evan ew ewan ewqas ez gor ha hate hatin hatine hatiye he heke hem hema hemi hemu her herwiha heta hev
    heye hin hinek hun i im in ja ji jixwe ka ke keti ki kijan kir kirin kirine kiriye ko ku kudere le lewma lewre li
    ligel ma me mi min na nabe nav ne ni nin nine o pe re ra se te tev tene ti tim tu u va ve vi wan we wek weke wi wisa
    wiha xwe y ya yan yani ye yen yi
    """
)

# Words whose end only looks like an ending, and short ones that endings are taken off down to. A paragraph for each
# ending that would mislead: none, -an and -en, -ek, -i, one vowel.
_LOOKALIKES = words(
    """
    av is jin rey

    adan baran ciwan cihan dan derman destan dewran erdogan ferman giran gulan heywan heziran insan iran jiyan karwan
    koban kovan meydan nan nisan osman ozan ramazan rebendan roman soran sudan xizan yemen zaman ziman zindan

    belek destek felek gelek kelek kulek melek xelek

    asti azadi deri erebi farisi ingilizi kurdi pirani reveberi rojnamevani saredari serekani silemani tirki wekhevi
    xwedi

    bira cile cira dera dinya erebe heseke ode qule reqa roma sereke suriye tirkiye xweda xwede xweza
    """
)

# Another spelling, the vowel that a masculine noun changes in the oblique, and comparatives of another root.
_BARE = {
    "bajer": "bajar", "diwer": "diwar", "mestir": "mezin", "meztir": "mezin", "oda": "ode",
    "riy": "rey", "suriya": "suriye", "tirkiya": "tirkiye", "turkiya": "tirkiye", "turkiye": "tirkiye",
    "welet": "welat", "zimen": "ziman",
}  # fmt: skip

_KNOWN = _LOOKALIKES.union(_BARE.values())

_VOWELS = tuple("aeiou")
_CONSONANTS = tuple("bcdfghjklmnpqrstvwxyz")


def _endings():
    for ending in ("a", "e", "i", "an", "en", "ek", "eke", "eki"):
        yield Ending(ending, _CONSONANTS)
        yield Ending(f"y{ending}", _VOWELS)
    yield Ending("no", _CONSONANTS, keep=4)  # vocative of the plural: hevalno
    for ending in ("tir", "tirin"):
        yield Ending(ending, _VOWELS + _CONSONANTS)


_ENDINGS = by_last_letter(_endings())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word."""
    return take_off(word, _ENDINGS, is_word=_is_known, mend=_mended)


def _is_known(word):
    return word in _KNOWN or word.endswith("istan")


def _mended(word):
    return _BARE.get(word, word)
