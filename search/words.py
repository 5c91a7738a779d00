"""The words of titles and standfirsts, so that a search without result can suggest words that exist."""

from itertools import chain, islice

from django.db import connection

from search import analysis
from search.models import Misspelling, Word

_LENGTHS = range(4, 25)
# So many misspellings are written in one statement.
_AT_ONCE = 5000


def learn(versions, language):
    """Keeps the words of the titles and standfirsts of some versions that were not known before."""
    written = {}
    for version in versions:
        for run, word, is_stop in analysis.words(f"{version.title} {version.standfirst}", language):
            if len(word) in _LENGTHS and not is_stop and not word.isdigit():
                written.setdefault(word, run)
    known = Word.objects.filter(language=language, folded__in=written).values_list("folded", flat=True)
    new = [
        Word(language=language, folded=folded, written=written[folded][:60])
        for folded in sorted(written.keys() - set(known))
    ]
    if not new:
        return
    Word.objects.bulk_create(new, ignore_conflicts=True)
    stored = Word.objects.filter(language=language, folded__in=[word.folded for word in new])
    stored = stored.values_list("pk", "folded")
    _insert((number, language, form) for number, word in stored for form in forms_of(word))


def _insert(rows):
    """Writes (word_id, language, form) of misspellings: ten for each word, too many to make an object of each."""
    rows = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(rows, _AT_ONCE)):
            cursor.execute(
                f"INSERT INTO {Misspelling._meta.db_table} (word_id, language, form) "  # noqa: S608
                f"VALUES {', '.join(['(%s, %s, %s)'] * len(some))}",
                list(chain.from_iterable(some)),
            )


def forms_of(word):
    """The word itself and the word without one of its letters, each once."""
    return sorted({word} | {word[:place] + word[place + 1 :] for place in range(len(word))})
