"""
What the light stemmers of Turkish and Kurmanji share: taking endings off a word, one after another.

A stem need not be a word. It has to be the same for all forms of one noun: every step is taken again until none
is left, so a form whose endings lead to the bare word ends where the bare word ends. Words that only look as if
they had an ending stand in a table of the language, and whatever leads to one of them stops there.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LONGEST_WORD = 40
"""Letters. What is longer is no word of a language, and stays as it is."""


@dataclass(frozen=True)
class Ending:
    """An ending, what must stand before it (one of `after`), and how many letters it must leave."""

    text: str
    after: tuple[str, ...]
    keep: int = 3

    def taken_off(self, word: str) -> str:
        """What stands before the ending in this word; empty where the ending cannot be one."""
        if not word.endswith(self.text):
            return ""
        rest = word[: -len(self.text)]
        return rest if rest.endswith(self.after) else ""


def words(text: str) -> frozenset[str]:
    """A table of words, written one after another."""
    return frozenset(text.split())


def by_last_letter(endings: Iterable[Ending]) -> dict[str, list[Ending]]:
    """The endings as `take_off` wants them: those that a word can have by its last letter, the longest first."""
    found = defaultdict(list)
    for ending in sorted(endings, key=lambda ending: -len(ending.text)):
        found[ending.text[-1]].append(ending)
    return dict(found)


def take_off(
    word: str, endings: dict[str, list[Ending]], *, is_word: Callable[[str], bool], mend: Callable[[str], str]
) -> str:
    """
    The word without its endings.

    `is_word` knows the words of the language's table: nothing is taken off them, and of several endings the
    shortest that leaves such a word is taken, however short the word is; if none does, the longest ending.
    `mend` undoes what an ending did to the letters before it, and may add fewer letters than the ending had,
    unless what it makes is a word of the table.
    """
    if len(word) > LONGEST_WORD:
        return word
    word = mend(word)
    while not is_word(word):
        longest = known = ""
        for ending in endings.get(word[-1:], ()):
            rest = ending.taken_off(word)
            if not rest:
                continue
            if is_word(mend(rest)):
                known = mend(rest)
            elif not longest and len(rest) >= ending.keep:
                longest = mend(rest)
        if not known and not longest:
            break
        word = known or longest
    return word
