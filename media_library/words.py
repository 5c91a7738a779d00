"""
Finding pictures by words: every word of a picture, folded, is a row of `PictureWord`.

Whoever changes a picture's name, texts or tags calls `index` afterwards, in
the same transaction. `manage.py index_pictures` does it for all of them.
"""

import re
import unicodedata

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from desk import finding
from desk.searching import MOST_WORDS
from media_library.models import Picture, PictureWord
from publishing.languages import language_codes
from publishing.models import TaggedItem

TEXTS = ("title", "alt_text", "caption", "credit")

# As long as the column; whatever somebody types is cut to this many terms.
MAX_WORD_LENGTH = 40
MAX_TERMS = MOST_WORDS
# A term with more rows than this is looked up picture by picture, in the order of the list: that ends after a page.
# A rarer one is looked up first. Either way, the time does not grow with the library.
MANY = 1000

_WORD = re.compile(r"[^\W_]+")
# Letters that are written one way or another, and that Unicode does not take apart. U+0640 only stretches a word.
_LETTERS = str.maketrans({"ı": "i", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ء": "", "\u0640": ""})
# The Arabic article, alone and after what is written together with it.
_ARTICLES = ("وال", "فال", "بال", "كال", "ال", "لل")
_SHORTEST_AFTER_ARTICLE = 3


def fold(text):
    """
    The words of `text` as they are compared: without case, accents, vowel signs and variants of one letter.

    Digits of every script become 0–9. Words are runs of letters and digits,
    cut to `MAX_WORD_LENGTH`.
    """
    taken_apart = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return [word[:MAX_WORD_LENGTH] for word in _WORD.findall("".join(map(_folded, taken_apart)))]


def _folded(character):
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    # Marks, and signs without a shape, such as the one that keeps two letters of a word from joining.
    return "" if category.startswith("M") or category == "Cf" else character


def without_article(word):
    """An Arabic word without "the", which is written together with it; any other word as it is."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + _SHORTEST_AFTER_ARTICLE:
            return word[len(article) :]
    return word


# Keeping the index -----------------------------------------------------------------


def index(*pictures):
    """Brings the words of pictures up to date; what is right is left alone. Up to five queries for all of them."""
    tag_names = _tag_names(pictures)
    wanted = {(picture.pk, word) for picture in pictures for word in words_of(picture, tag_names.get(picture.pk, []))}
    rows = PictureWord.objects.filter(picture__in=pictures).values_list("pk", "picture", "word")
    found = {(picture, word): pk for pk, picture, word in rows}
    if stale := [pk for key, pk in found.items() if key not in wanted]:
        PictureWord.objects.filter(pk__in=stale).delete()
    missing = [PictureWord(picture_id=picture, word=word) for picture, word in sorted(wanted - found.keys())]
    # Somebody who saves the same picture at the same moment may be first.
    PictureWord.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)


def words_of(picture, tag_names):
    """All words under which a picture is found."""
    texts = [picture.name, *tag_names]
    texts += [picture.text_in(name, language) for name in TEXTS for language in language_codes()]
    words = set(fold(" ".join(texts)))
    return words | {without_article(word) for word in words}


def _tag_names(pictures):
    """Picture → the names of its tags in all languages."""
    columns = [f"tag__name_{code}" for code in language_codes()]
    items = TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(Picture), object_id__in=[picture.pk for picture in pictures]
    )
    names = {}
    for picture, *in_languages in items.values_list("object_id", *columns):
        names.setdefault(picture, []).extend(name for name in in_languages if name)
    return names


# Searching ---------------------------------------------------------------------------


def terms_of(text):
    """What somebody searches for: folded beginnings of words, each once."""
    return list(dict.fromkeys(without_article(word) for word in fold(text)))[:MAX_TERMS]


def search(pictures, text):
    """
    Those of a queryset of pictures in which every word of `text` begins a word; none if there is no word in it.

    With them, those in which every word is some form of a word (`desk.finding`).
    One query for each word, to see how many rows it has.
    """
    terms = terms_of(text)
    if not terms:
        return pictures.none()
    rare, begun = None, Q()
    for term in terms:
        rows = PictureWord.objects.filter(_begins_with(term))
        numbers = list(rows.values_list("picture", flat=True)[: MANY + 1])
        if len(numbers) > MANY:
            begun &= Q(Exists(rows.filter(picture=OuterRef("pk"))))
        else:
            rare = set(numbers) if rare is None else rare & set(numbers)
    if rare is not None:
        begun &= Q(pk__in=rare)
    return pictures.filter(begun | Q(pk__in=finding.numbers_of(Picture, text)))


def _begins_with(term):
    # SQLite uses no index for LIKE; elsewhere a range would follow the rules of the locale.
    if connection.vendor == "sqlite":
        return Q(word__gte=term, word__lt=term + "\U0010ffff")
    return Q(word__startswith=term)
