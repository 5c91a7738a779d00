"""Words that exist, near to those that were typed: for searches without result."""

from difflib import SequenceMatcher

from publishing.languages import current_language
from search import analysis
from search.engines import local_engine
from search.models import Misspelling, SearchEntry
from search.query import MOST_CHARACTERS, MOST_WORDS, Query, Words
from search.words import forms_of

# How many suggestions are made, and how many candidates for one word are looked at.
MOST, _CANDIDATES = 3, 60
# How many of the newest texts with a word are looked at, some of which may have ended a moment ago.
_LOOKED_AT = 20


def near_queries(text, language=None):
    """Up to three queries like `text` in which each word that nothing has is another one that something has."""
    language = language or current_language()
    text = text[:MOST_CHARACTERS]
    unknown = [token for token in analysis.analyse(text, language)[:MOST_WORDS] if not _exists(token.stem, language)]
    if not unknown:
        return []
    choices = [near_words(token.word, language) for token in unknown]
    if not all(choices):
        return []
    most = max(map(len, choices))
    together = zip(*(_of_length(one, most) for one in choices), strict=True)
    return [_replaced(text, unknown, words) for words in together]


def near_words(word, language):
    """Up to three words of public titles that differ from a folded word by a letter, the likest first."""
    forms = Misspelling.objects.filter(language=language, form__in=forms_of(word))
    rows = forms.values_list("word__folded", "word__written").distinct()[:_CANDIDATES]
    likest = sorted(set(rows), key=lambda row: (-_likeness(word, row[0]), row))
    found = []
    for folded, written in likest:
        if len(found) == MOST:
            break
        if folded != word and _exists(analysis.stem(folded, language), language):
            found.append(written)
    return found


def _exists(stem, language):
    """Whether something that readers may see has a word."""
    numbers = local_engine().find(language, Query(((Words((stem,)),),)), limit=_LOOKED_AT)
    return bool(numbers) and SearchEntry.objects.current().numbered(numbers).exists()


def _likeness(word, other):
    return SequenceMatcher(None, word, other, autojunk=False).ratio() + (word[0] == other[0])


def _of_length(words, length):
    """The words, the last one again where there are fewer."""
    return [words[min(place, len(words) - 1)] for place in range(length)]


def _replaced(text, tokens, words):
    for token, word in sorted(zip(tokens, words, strict=True), key=lambda pair: -pair[0].start):
        text = f"{text[: token.start]}{word}{text[token.end :]}"
    return text
