"""What readers type, as engines are asked for it: groups of stems, of each of which one must be in the text."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from django.utils.functional import cached_property

from delivery.parts import kept
from publishing.keys import note_everywhere
from search import analysis
from search.models import SYNONYMS, SynonymSpelling

# More than this is cut, and the reader is told.
MOST_CHARACTERS = 200
MOST_WORDS = 12
# The longest synonym in words.
_LONGEST_SYNONYM = 4

# A minus before a word or a phrase, a phrase between quotation marks of one kind, or a word.
_PART = re.compile(
    r"(?P<minus>(?<!\S)[-−–])?"
    r"(?:\"(?P<straight>[^\"]*)\"|“(?P<curly>[^”]*)”|„(?P<low>[^“”]*)[“”]|«(?P<angled>[^»]*)»|(?P<word>[^\s\"“”„«»]+))"
)


@dataclass(frozen=True)
class Words:
    """Stems that stand one after the other; with `is_prefix` the last one may go on."""

    stems: tuple[str, ...]
    is_prefix: bool = False

    @cached_property
    def pattern(self):
        """What is in a text that has them: a text of stems with a space before and after each."""
        return f" {' '.join(self.stems)}{'' if self.is_prefix else ' '}"

    def places_in(self, stems):
        """The places in a list of stems at which one of them stands, together with the others."""
        length, first = len(self.stems), self.stems[0]
        # Most texts have few such places: only there is it worth a closer look.
        may_go_on = self.is_prefix and length == 1
        starts = [place for place, stem in enumerate(stems) if stem == first or (may_go_on and stem.startswith(first))]
        for start in starts:
            if start + length <= len(stems) and self._begins_at(stems, start):
                yield from range(start, start + length)

    def _begins_at(self, stems, start):
        last = start + len(self.stems) - 1
        if self.is_prefix and not stems[last].startswith(self.stems[-1]):
            return False
        compared = len(self.stems) - self.is_prefix
        return list(self.stems[:compared]) == stems[start : start + compared]


@dataclass(frozen=True)
class Query:
    """
    What to look for: of each group in `wanted` one of its `Words`, and nothing of `unwanted`.

    `marks` narrows it to what was filed so (`search.index`): of each group one must be there.
    """

    wanted: tuple[tuple[Words, ...], ...] = ()
    unwanted: tuple[Words, ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    # Whether something of what was typed was left out, because it was too much.
    is_cut: bool = False

    def __bool__(self):
        return bool(self.wanted)

    def narrowed(self, marks):
        return replace(self, marks=tuple(marks))

    def with_prefixes(self, *, last_only=False):
        """The same where words may go on; with `last_only` the last alone, which somebody is still typing."""
        groups = list(self.wanted)
        for position in [len(groups) - 1] if last_only else range(len(groups)):
            groups[position] = tuple(
                replace(words, is_prefix=True) if len(words.stems) == 1 else words for words in groups[position]
            )
        return replace(self, wanted=tuple(groups))

    def with_any(self):
        """The same where one of the groups is enough."""
        together = tuple(dict.fromkeys(words for group in self.wanted for words in group))
        return replace(self, wanted=(together,))

    def with_group(self, group):
        """The same where this group must be there besides."""
        return replace(self, wanted=(*self.wanted, group))


def parse(text, language):
    """
    What somebody typed, as a `Query` for texts in `language`. Whatever stands in it, it never raises.

    Words that are too common to be asked for alone are left out if others are
    there. Phrases are between quotation marks, and what is not wanted has a minus before it.
    """
    is_cut = len(text) > MOST_CHARACTERS
    wanted, unwanted = [], []
    for part in _PART.finditer(text[:MOST_CHARACTERS]):
        word = part["word"]
        phrase = part["straight"] or part["curly"] or part["low"] or part["angled"] or ""
        tokens = analysis.analyse(word or phrase, language)
        if not tokens:
            continue
        if part["minus"]:
            unwanted.append(Words(tuple(token.stem for token in tokens)))
        elif word:
            wanted += [(token.stem, token.is_stop) for token in tokens]
        else:
            wanted.append((Words(tuple(token.stem for token in tokens)), False))
    return _asked(wanted, unwanted, language, is_cut)


def _asked(parts, unwanted, language, is_cut):
    """`parts`: (a stem or `Words`, whether it is too common to be asked for alone), as they were typed."""
    kept = _first_words(parts)
    groups = list(_groups(kept, language))
    telling = [group for group, is_common in groups if not is_common]
    return Query(
        tuple(telling or [group for group, _is_common in groups]),
        tuple(unwanted[:MOST_WORDS]),
        is_cut=is_cut or len(kept) < len(parts) or len(unwanted) > MOST_WORDS,
    )


def _first_words(parts):
    kept, room = [], MOST_WORDS
    for one, is_common in parts:
        room -= len(one.stems) if isinstance(one, Words) else 1
        if room < 0:
            break
        kept.append((one, is_common))
    return kept


def _groups(parts, language):
    """
    (Each word with what means the same, whether it is too common); words that mean something together are one group.

    Also such as have common words among them: North *and* East.
    """
    synonyms = _synonyms_of(language)
    place = 0
    while place < len(parts):
        one, is_common = parts[place]
        if isinstance(one, Words):
            yield (one,), False
            place += 1
            continue
        sizes = range(_LONGEST_SYNONYM, 0, -1)
        length = next((size for size in sizes if _together(parts, place, size) in synonyms), 0)
        alike = synonyms[_together(parts, place, length)] if length else [one]
        yield tuple(Words(tuple(stems.split(" "))) for stems in alike), is_common and not length
        place += length or 1


def _together(parts, start, length):
    words = [one for one, _is_common in parts[start : start + length]]
    return " ".join(words) if len(words) == length and not any(isinstance(one, Words) for one in words) else None


def _synonyms_of(language):
    """Stems → these and all that mean the same. All synonyms are in memory until an editor changes one."""
    return kept(SYNONYMS, _load_synonyms).get(language, {})


def _load_synonyms():
    note_everywhere(SYNONYMS)
    groups, alike = defaultdict(list), defaultdict(lambda: defaultdict(set))
    for language, synonym, stems in SynonymSpelling.objects.values_list("language", "synonym", "stems"):
        groups[language, synonym].append(stems)
    for (language, _synonym), group in groups.items():
        for stems in group:
            alike[language][stems].update(group)
    return {
        language: {stems: list(dict.fromkeys([stems, *sorted(others)])) for stems, others in by_stems.items()}
        for language, by_stems in alike.items()
    }
