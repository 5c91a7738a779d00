"""
Made-up news in English, Arabic, Turkish and Kurmanji: as much as one likes, and the same for everybody.

    python benchmarks/corpus.py 20000 > articles.jsonl      for `manage.py import_articles` (docs/article-format.md)

`benchmarks/fill.py` puts the same into a database, much faster.

No word in it means anything, but it has the shape of news: words look like
those of their language and are as common as words are (Zipf's law: the n-th
word is the n-th part as frequent as the first), texts are as long as news are,
and fifteen years are filled evenly, whether with a thousand articles or with a
million. Article N depends on the seed and on N alone.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import log
from pathlib import Path
from random import Random

LANGUAGES = ("en", "ar", "tr", "ku")
VOCABULARY = 40_000
TAGS, BYLINES, PLACES = 120, 40, 60
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=15 * 365)
# Words of a text: half of all have fewer, and none has fewer or more than these.
MIDDLE_LENGTH, SHORTEST, LONGEST = 250, 40, 2_000
# The sections of `seed_structure` (their English words in the address) that hold texts, and how often.
SECTIONS = {
    "local-news": 30,
    "press-releases": 16,
    "political-news": 14,
    "international-news": 12,
    "coalition-news": 10,
    "field-news": 10,
    "reports": 4,
}
STRUCTURE = Path(__file__).resolve().parents[1] / "pages" / "seed" / "structure.toml"
# Format → the section that holds it, and how many of a hundred articles it has. The others are texts.
MEDIA = {"video": ("videograph", 2), "gallery": ("photo-gallery", 1), "infographic": ("infographics", 1)}
# In a row of so many words each stands as often as it is used.
_ROW_BITS = 18
_ROW = 2**_ROW_BITS
# The golden ratio's multiples spread evenly over a span, however many there are.
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Text:
    """An article in one language. The body is HTML of the editor's kind."""

    title: str
    standfirst: str
    body: str
    dateline: str


@dataclass(frozen=True)
class Article:
    """
    One story. Tags and byline are numbers, from 0; `name` says what they are called.

    `picture` is a number for whoever has pictures, or None for an article without.
    """

    number: int
    moment: datetime
    section: str
    format: str
    tags: tuple[int, ...]
    byline: int
    picture: int | None
    texts: dict[str, Text]


class Corpus:
    """All articles of one seed, in some languages."""

    def __init__(self, seed=1, languages=LANGUAGES):
        self.seed = seed
        self.languages = tuple(languages)
        self._writers = {language: Writer(language) for language in self.languages}

    def articles(self, count, *, start=0):
        """The first `count` articles from number `start`, one after the other."""
        return map(self.article, range(start, start + count))

    def article(self, number):
        random = Random(f"{self.seed} {number}")  # noqa: S311 (made-up texts)
        section, format = _section_and_format(random)
        tags = {_picked(random, TAGS) for _time in range(random.randint(1, 4))}
        place = _picked(random, PLACES)
        return Article(
            number=number,
            moment=self.moment(number),
            section=section,
            format=format,
            tags=tuple(sorted(tags)),
            byline=_picked(random, BYLINES),
            picture=random.randrange(10_000) if random.random() < 0.7 or format != "text" else None,
            texts={language: self._text(number, language, place) for language in self.languages},
        )

    def moment(self, number):
        """When an article was published. Ages are spread evenly, however many articles there are."""
        age = (number * _GOLDEN + self.seed % 1000 / 1000) % 1
        return (NEWEST - SPAN * age).replace(microsecond=0)

    def _text(self, number, language, place):
        random = Random(f"{self.seed} {number} {language}")  # noqa: S311 (made-up texts)
        writer = self._writers[language]
        return Text(
            title=writer.line(random, random.randint(5, 11)),
            standfirst=writer.sentences(random, random.randint(15, 35)),
            body=writer.body(random),
            dateline=name("place", place, language),
        )


class Writer:
    """Writes texts of one language, of words that are as common as words are."""

    def __init__(self, language):
        self.language = language
        self.words = vocabulary(language)
        # Words as often as they are used: whoever takes one at random takes common words more often.
        self._row = [self.words[_place(number / _ROW, VOCABULARY)] for number in range(_ROW)]
        self._comma = "،" if language == "ar" else ","

    def line(self, random, length):
        """A headline."""
        return capital(" ".join(self._picked(random, length)), self.language)[:160].rstrip()

    def sentences(self, random, length):
        """About `length` words in sentences."""
        return " ".join(self._sentences(random, length))

    def body(self, random):
        """HTML: paragraphs, and in longer texts headings and quotes between them."""
        length = int(min(max(random.lognormvariate(log(MIDDLE_LENGTH), 0.5), SHORTEST), LONGEST))
        sentences = list(self._sentences(random, length))
        parts, start = [], 0
        while start < len(sentences):
            end = start + 2 + int(3 * random.random())
            parts.append(f"<p>{' '.join(sentences[start:end])}</p>")
            start = end
            if len(parts) % 8 == 4:
                parts.append(f"<h2>{self.line(random, 4)}</h2>")
            elif len(parts) % 8 == 7:
                parts.append(f"<blockquote><p>{self.sentences(random, 14)}</p></blockquote>")
        return "".join(parts)

    def _sentences(self, random, length):
        words, start = self._picked(random, length), 0
        while start < length:
            end = start + 8 + int(13 * random.random())
            # What would be left is too little for a sentence of its own.
            end = length if length - end < 8 else end
            middle = (start + end) // 2
            beginning, rest = " ".join(words[start:middle]), " ".join(words[middle:end])
            yield f"{capital(beginning, self.language)}{self._comma} {rest}."
            start = end

    def _picked(self, random, length):
        # The quickest way to many random numbers: four bytes each, of which the upper `_ROW_BITS` bits are taken.
        row = self._row
        return [row[number >> 32 - _ROW_BITS] for number in memoryview(random.randbytes(4 * length)).cast("I")]


def vocabulary(language):
    """All words of a language, the commonest first."""
    shape = SHAPES[language]
    random = Random(language)  # noqa: S311 (made-up texts)
    words, stems = dict.fromkeys(shape.small_words.split()), []
    while len(words) < VOCABULARY:
        # One form in two is of a new word, and the others are more often of common words than of rare ones.
        if not stems or random.random() < 0.5:
            stems.append(shape.stem(random))
        words.setdefault(shape.form(random, stems[int(len(stems) * random.random() ** 2)]))
    return list(words)


@cache
def name(kind, number, language):
    """A name of two words: of the tag, the byline or the place with a number."""
    random = Random(f"{kind} {number}")  # noqa: S311 (made-up texts)
    stem = SHAPES[language].stem
    return " ".join(capital(stem(random), language) for _word in range(2))


def capital(text, language):
    """The text with a capital at its beginning, in languages that have any."""
    first = "İ" if language == "tr" and text.startswith("i") else text[:1].upper()
    return first + text[1:]


def _section_and_format(random):
    share = random.randrange(100)
    for format, (section, of_a_hundred) in MEDIA.items():
        share -= of_a_hundred
        if share < 0:
            return section, format
    return random.choices(tuple(SECTIONS), SECTIONS.values())[0], "text"


def _picked(random, count):
    """One of `count` numbers from 0; small ones are more likely."""
    return _place(random.random(), count)


def _place(share, count):
    """Which of `count` things, the commonest first, stands at a share (0 to 1) of all uses: by Zipf's law."""
    return int(count**share) - 1


# --- As a file of articles ------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("count", type=int, metavar="ARTICLES")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")
    for record in records(options.count, Corpus(options.seed, options.languages)):
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


def records(count, corpus):
    """The lines of a file of articles (docs/article-format.md), the header first. All are texts without pictures."""
    structure = {entry["key"]: entry for entry in tomllib.loads(STRUCTURE.read_text(encoding="utf-8"))["sections"]}
    counts = {"articles": count}
    yield {"format": "newsroom-articles", "version": 1, "languages": list(corpus.languages), "counts": counts}
    for article in corpus.articles(count):
        # The sections of media hold none of its texts.
        key = article.section if article.format == "text" else next(iter(SECTIONS))
        yield _record(article, corpus, _way_to(key, structure))


def _record(article, corpus, section):
    moment = article.moment.isoformat()
    return {
        "id": f"corpus-{corpus.seed}:{article.number + 1}",
        "source_language": corpus.languages[0],
        "section": section,
        "created_at": moment,
        "tags": [_named("tag", number, corpus) for number in article.tags],
        "bylines": [_named("byline", article.byline, corpus)],
        "languages": {
            language: vars(text) | {"state": "published", "publish_at": moment}
            for language, text in article.texts.items()
        },
    }


def _named(kind, number, corpus):
    return {"id": f"corpus-{kind}-{number}", "name": {code: name(kind, number, code) for code in corpus.languages}}


def _way_to(key, structure):
    """The sections that lead to one, its own last."""
    entry = structure[key]
    above = _way_to(entry["parent"], structure) if entry["parent"] else []
    return [*above, {"name": entry["name"], "slug": {"en": key}, "layout": entry["kind"]}]


# --- How words look -------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """How words of a language look: its commonest words, a new word, and the forms that a word has in a text."""

    small_words: str
    stem: Callable[[Random], str]
    form: Callable[[Random, str], str]


def _syllables(random, begins, vowels, ends):
    syllables = [random.choice(begins) + random.choice(vowels) for _time in range(random.randint(1, 3))]
    return "".join(syllables) + random.choice(ends)


_ENGLISH_BEGINS = [*"bcdfghjklmnprstvw", "br", "cl", "dr", "fl", "gr", "pl", "pr", "st", "tr", "sh", "ch", "th"]
_ENGLISH_VOWELS = [*"aeiou", "ea", "ou", "ai"]
_ENGLISH_ENDS = ["", "", *"nrlmt", "st", "nd", "ck", "sh", "rd"]
_ENGLISH_ENDINGS = ["", "", "", "s", "s", "ed", "ing", "er", "ly", "ment", "al", "ation"]


def _english_stem(random):
    return _syllables(random, _ENGLISH_BEGINS, _ENGLISH_VOWELS, _ENGLISH_ENDS)


def _english_form(random, stem):
    return stem + random.choice(_ENGLISH_ENDINGS)


# Vowels from the back of the mouth, and from its front: a word has the ones or the others.
_TURKISH_VOWELS = ("aıou", "eiöü")
_TURKISH_ENDINGS = (
    ["", "", "", "lar", "da", "dan", "ın", "a", "ı", "lık", "ları", "larda", "sı", "ması"],
    ["", "", "", "ler", "de", "den", "in", "e", "i", "lik", "leri", "lerde", "si", "mesi"],
)


def _turkish_stem(random):
    return _syllables(random, "bcçdfghklmnprsştvyz", random.choice(_TURKISH_VOWELS), ["", *"knrlmşt"])


def _turkish_form(random, stem):
    is_front = any(vowel in stem for vowel in _TURKISH_VOWELS[1])
    return stem + random.choice(_TURKISH_ENDINGS[is_front])


_KURDISH_BEGINS = [*"bcçdfghjklmnpqrsştvwxyz", "bi", "di", "st", "xw"]
_KURDISH_ENDINGS = ["", "", "a", "ê", "an", "ên", "eke", "ekê", "in", "î", "iya", "bûn", "kirin"]


def _kurdish_stem(random):
    return _syllables(random, _KURDISH_BEGINS, "aeêiîuûo", ["", *"nrkvzm", "st", "nd"])


def _kurdish_form(random, stem):
    return random.choice(["", "", "", "", "", "", "di", "bi", "na"]) + stem + random.choice(_KURDISH_ENDINGS)


# Where the letters of a root stand in a word.
_ARABIC_PATTERNS = [
    "012", "0ا12", "م01و2", "ت01ي2", "01ا2", "م012ة", "ا0ت1ا2", "01ي2", "است01ا2", "م0ا12", "ان0و12", "01و2", "أ01ا2",
]  # fmt: skip
_ARABIC_BEGINNINGS = ["", "", "", "ال", "ال", "ال", "وال", "بال", "لل", "و", "ب", "ل"]
# After an article, and without one.
_ARABIC_ENDINGS = (["", "", "", "ات", "ين", "ون"], ["", "", "ها", "هم", "ه", "ات", "نا"])


def _arabic_stem(random):
    root = random.sample("بتثجحخدرزسشصضطعفقكلمنهي", 3)
    pattern = random.choice(_ARABIC_PATTERNS)
    return "".join(root[int(letter)] if letter in "012" else letter for letter in pattern)


def _arabic_form(random, stem):
    before = random.choice(_ARABIC_BEGINNINGS)
    after = random.choice(_ARABIC_ENDINGS["ل" not in before or before == "ل"])
    if after and stem.endswith("ة"):
        stem = stem[:-1] + ("" if after == "ات" else "ت")
    return before + stem + after


SHAPES = {
    "en": Shape(
        "the of to and in a that for on with as by at from it is was were are be has have had not but or which who "
        "its their this will would after before over under more than also new first two three last year day people "
        "said one all other between since during against into about out up no",
        _english_stem,
        _english_form,
    ),
    "ar": Shape(
        "في من على إلى أن عن مع التي الذي هذا هذه بعد قبل بين كما ما لا لم لن قد كان كانت يكون وقال وفي ومن أو ثم حتى "
        "كل عند خلال منذ حول ضد غير بعض أكثر أول عام يوم أمام تحت فوق ذلك تلك هو هي إن إذ لكن أيضا اليوم",
        _arabic_stem,
        _arabic_form,
    ),
    "tr": Shape(
        "ve bir bu da de için ile olarak olan daha çok en gibi kadar sonra önce ancak ise ya veya her ne o şu iki üç "
        "yıl gün yeni ilk son var yok değil oldu olduğu dedi etti eden tarafından göre karşı üzere arasında bütün "
        "diğer aynı kendi hem ama çünkü",
        _turkish_stem,
        _turkish_form,
    ),
    "ku": Shape(
        "û li di ku bi ji de ya yê yên jî bo ev ew vê wê vî wî her hemû piştî berî nav ser bin ber gel heta an lê ne "
        "na dike dikin bû bûn hat hatin kir got gotin sal roj du sê yek nû din pir zêdetir dem dema çawa kî çi her wek "
        "wisa tenê hîn êdî",
        _kurdish_stem,
        _kurdish_form,
    ),
}


if __name__ == "__main__":
    main()
