"""
In which order the newest matches are shown: by where the words stand, and by age.

The same for every engine: it reads the entries, not the index.
"""

from publishing.clock import now
from search.models import DAY, number_at
from search.query import Words

# What a word counts that stands in the title, in the standfirst, or only in the text.
TITLE, STANDFIRST, TEXT = 6.0, 2.5, 1.0
# What is added when the words stand in the title as they were typed, one after the other.
IN_ORDER = 3.0
# By how much a title counts more that says nothing else.
NOTHING_ELSE = 0.3
# What something new counts more than something that is endlessly old, and after how many days half of that is gone.
NEWNESS, HALVED_AFTER = 0.5, 365


def ranked(rows, query):
    """
    The numbers of some entries, the most relevant first.

    `rows`: number, title and standfirst of each, as `SearchEntry` has them.
    Thousands of them: the loop calls no function of ours.
    """
    groups = [[words.pattern for words in group] for group in query.wanted]
    # Synonyms do not count here: what was typed stands in that order.
    in_order = Words(tuple(stem for group in query.wanted for stem in group[0].stems)).pattern
    is_long, half_age, today = len(groups) > 1, HALVED_AFTER * DAY, number_at(now())
    scored = []
    for number, title, standfirst in rows:
        score, in_title = 0.0, 0
        for patterns in groups:
            if any([pattern in title for pattern in patterns]):  # noqa: C419 (a list is faster)
                in_title += 1
            else:
                score += STANDFIRST if any([one in standfirst for one in patterns]) else TEXT  # noqa: C419
        score = (score + in_title * TITLE) / len(groups)
        if in_title:
            score += IN_ORDER * (is_long and in_order in title)
            score *= 1 + NOTHING_ELSE * min(1, in_title / (title.count(" ") - 1))
        score *= 1 + NEWNESS * half_age / (half_age + max(0, today - number))
        scored.append((score, number))
    scored.sort(reverse=True)
    return [number for _score, number in scored]
