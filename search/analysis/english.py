"""
English: the stemmer of the Snowball project ("Porter 2", M. Porter, 2001), with the irregular plurals and verbs that
news use, which its rules cannot know.

The stemmer's own module is imported, because the package's front door hands out another implementation where
PyStemmer happens to be installed.
"""

from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

from search.analysis.endings import LONGEST_WORD, words

STOP_WORDS = words(
    """
    a about after again all also am an and any are as at be because been before being below between both but by can
    could did do does doing don down during each few for from further had has have having he her here hers herself him
    himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only or
    other our ours ourselves out over own same she should so some such than that the their theirs them themselves then
    there these they this those through to too under until up very was we were what when where which while who whom
    whose why will with would you your yours yourself yourselves
    """
)

_IRREGULAR = {
    "women": "woman", "men": "man", "children": "child", "feet": "foot", "teeth": "tooth", "lives": "life",
    "wives": "wife", "knives": "knife", "leaves": "leaf", "halves": "half", "thieves": "thief", "wolves": "wolf",
    "shelves": "shelf", "crises": "crisis", "analyses": "analysis", "criteria": "criterion",
    "phenomena": "phenomenon", "mice": "mouse",
    "centre": "center", "centres": "center", "defence": "defense", "offence": "offense", "theatre": "theater",
    "theatres": "theater", "programme": "program", "programmes": "program",
    "began": "begin", "begun": "begin", "bought": "buy", "brought": "bring", "built": "build", "came": "come",
    "caught": "catch", "chose": "choose", "chosen": "choose", "died": "die", "dying": "die", "fell": "fall",
    "fallen": "fall", "fled": "flee", "fought": "fight", "gave": "give", "given": "give", "went": "go", "gone": "go",
    "grew": "grow", "grown": "grow", "held": "hold", "kept": "keep", "knew": "know", "known": "know", "led": "lead",
    "lost": "lose", "made": "make", "meant": "mean", "met": "meet", "paid": "pay", "said": "say", "saw": "see",
    "seen": "see", "sent": "send", "shook": "shake", "shot": "shoot", "sold": "sell", "spoke": "speak",
    "spoken": "speak", "spent": "spend", "stole": "steal", "stolen": "steal", "stood": "stand", "struck": "strike",
    "taken": "take", "took": "take", "taught": "teach", "thought": "think", "told": "tell", "understood": "understand",
    "withdrawn": "withdraw", "withdrew": "withdraw", "won": "win", "written": "write", "wrote": "write",
}  # fmt: skip


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word."""
    if len(word) > LONGEST_WORD:
        return word
    # A stemmer carries the word that it works on, so each call has its own: threads share this module.
    return _in_one_spelling(EnglishStemmer().stemWord(_IRREGULAR.get(word, word)))


def _in_one_spelling(stem):
    """British and American spelling meet: organisation and organization, neighbour and neighbor."""
    if len(stem) >= 6 and stem.endswith("is"):
        return f"{stem[:-1]}z"
    if len(stem) >= 6 and stem.endswith("our"):
        return f"{stem[:-2]}r"
    return stem
