"""
Fills a database that will be thrown away with the made-up articles of `corpus.py`, many at once.

    DATABASE_URL=sqlite:////tmp/try.sqlite3 python benchmarks/fill.py 20000 --search

Before the articles it adds what a site has around them: sections, menus and
bodies (`seed_structure`), the ninety members of the Assembly, topics, bylines,
pictures and media. Of pictures there are rows and no files: it is for measuring
pages. Articles are written straight into their tables, past the workflow, as
published once and never changed, without a log of steps. A database that holds
articles is refused.
"""

import argparse
import json
import os
import sys
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django  # noqa: E402
from django.apps import apps  # noqa: E402

if not apps.ready:  # tests have settings of their own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings.dev")
    # With DEBUG, Django keeps every statement in memory.
    os.environ["DEBUG"] = "false"
    os.environ.setdefault("NEWSROOM_LOG_LEVEL", "WARNING")
    django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.models import Article, ArticleEdition, ArticleVersion, Byline, Category  # noqa: E402
from benchmarks.corpus import BYLINES, LANGUAGES, TAGS, Corpus, name  # noqa: E402
from delivery import reads  # noqa: E402
from media_library import imaging  # noqa: E402
from media_library.models import Album, AlbumPicture, Infographic, Picture, Rendition, Video  # noqa: E402
from pages.seed.content import Content  # noqa: E402
from pages.seed.people import add_people  # noqa: E402
from publishing.html import summary  # noqa: E402
from publishing.languages import language_codes  # noqa: E402
from publishing.models import Tag, TaggedItem  # noqa: E402
from publishing.slugs import slugify  # noqa: E402
from search.rebuilding import rebuild  # noqa: E402

PICTURES, PICTURE_SIZE, MEDIA, ALBUM = 24, (1600, 1067), 6, 8
# How many articles of each language were read today.
READ = 30
# How many articles are made and written at once.
BATCH = 250
TOLD_EVERY = 20 * BATCH
# A summary is the beginning of a text: so much of it is enough to make one.
BEGINNING = 600
# The state of an edition that was written once, and published as it was.
PUBLISHED = {"state": "published", "review": "approved", "revision": 1, "released_revision": 1, "source_revision": 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("count", type=int, metavar="ARTICLES")
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES, help="of the articles")
    parser.add_argument("--seed", type=int, default=1, help="of which corpus")
    parser.add_argument(
        "--search", nargs="*", choices=LANGUAGES, help="make the readers' index of search, too: of all, or of these"
    )
    options = parser.parse_args()
    indexed = options.languages if options.search == [] else options.search or []
    fill(options.count, Corpus(options.seed, options.languages), indexed=indexed)


def fill(count, corpus, *, indexed=()):
    """
    Puts the first `count` articles of a corpus into the database, and the languages `indexed` into the index of search.

    Exits if there are articles.
    """
    call_command("migrate", verbosity=0)
    require_empty()
    with transaction.atomic():
        call_command("seed_structure", verbosity=0, stdout=sys.stderr)
        scenery = make_scenery()
        add_people(Content(), Portraits())
    begun = perf_counter()
    for done in write_articles(count, Articles(corpus, scenery)):
        if done % TOLD_EVERY == 0 or done == count:
            rate = done * len(corpus.languages) / (perf_counter() - begun)
            say(f"{done:,} of {count:,} articles, {rate:,.0f} editions/s")
    count_readings(corpus.languages)
    for language in indexed:
        begun = perf_counter()
        say(f"{language}: {rebuild(language):,} indexed in {perf_counter() - begun:.0f} s")
    analyze()


def require_empty():
    """Exits if there is something that may be worth keeping, or half of what was to be filled in."""
    if any(model.objects.exists() for model in (Article, Tag, Picture)):
        sys.exit(
            "This database holds articles, tags or pictures. Made-up ones are for a database that is thrown away "
            "afterwards: name an empty one in DATABASE_URL."
        )


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# --- What is around the articles ------------------------------------------------------------


@dataclass(frozen=True)
class Scenery:
    """Numbers of rows that articles point at; what an article shows of them is JSON by language."""

    sections: dict[str, int]
    tags: list[int]
    bylines: list[int]
    pictures: list[tuple[int, dict[str, str]]]
    # Format → [(the article's column with the number of the medium, what is shown of it)].
    media: dict[str, list[tuple[dict[str, int], dict[str, str]]]]


def make_scenery():
    """Adds what articles point at, besides the sections, which must be there."""
    pictures = [make_picture(number) for number in range(PICTURES)]
    return Scenery(
        sections=dict(Category.objects.values_list("slug_en", "pk")),
        tags=[make_tag(number).pk for number in range(TAGS)],
        bylines=[Byline.objects.create(**in_all_languages("name", "byline", n)).pk for n in range(BYLINES)],
        pictures=[(picture.pk, frozen(picture)) for picture in pictures],
        media={
            "video": media_of("video", make_video, pictures),
            "gallery": media_of("album", make_album, pictures),
            "infographic": media_of("infographic", make_infographic, pictures),
        },
    )


class Portraits:
    """What `add_people` takes portraits from: pictures that are there."""

    def __init__(self):
        self.pictures = list(Picture.objects.all())

    def portrait(self, key, gender, name):
        return self.pictures[len(key) % len(self.pictures)]


def make_picture(number):
    width, height = PICTURE_SIZE
    picture = Picture.objects.create(
        name=f"Picture {number}",
        format="JPEG",
        width=width,
        height=height,
        orientation="landscape",
        jpeg_revision=1,
        avif_revision=1,
        recipe=imaging.RECIPE,
        unused_since=None,
        **in_all_languages("alt_text", "picture", number),
        **in_all_languages("caption", "caption", number),
        **in_all_languages("credit", "byline", number % BYLINES),
    )
    Rendition.objects.bulk_create(renditions_of(picture))
    return picture


def renditions_of(picture):
    """Rows for the files that the worker would make of it."""
    for ratio_name, (ratio, widths) in imaging.RATIOS.items():
        for encoding in imaging.RATIO_ENCODINGS.get(ratio_name, imaging.ENCODINGS):
            for width in widths:
                yield Rendition(
                    picture=picture,
                    ratio=ratio_name,
                    encoding=encoding,
                    width=width,
                    height=round(width / (ratio or picture.width / picture.height)),
                    path=f"pictures/{picture.token[:2]}/{picture.token}/{ratio_name}-{width}.{encoding}",
                    size=imaging.ceiling_of(width),
                )


def make_tag(number):
    return Tag.objects.create(slug=f"topic-{number}", **in_all_languages("name", "tag", number))


def make_video(number, pictures):
    return Video.objects.create(
        name=f"Video {number}",
        url=f"https://www.youtube.com/watch?v=made-up-{number:03}",
        duration=60 + 37 * number,
        poster=pictures[number % len(pictures)],
    )


def make_album(number, pictures):
    album = Album.objects.create(name=f"Album {number}")
    shown = [pictures[(number + place) % len(pictures)] for place in range(ALBUM)]
    AlbumPicture.objects.bulk_create(
        AlbumPicture(album=album, picture=picture, position=place) for place, picture in enumerate(shown)
    )
    return album


def make_infographic(number, pictures):
    picture = pictures[number % len(pictures)]
    return Infographic.objects.create(
        name=f"Infographic {number}",
        **{f"picture_{code}": picture for code in language_codes()},
        **in_all_languages("alternative", "caption", number),
    )


def media_of(field, make, pictures):
    media = [make(number, pictures) for number in range(MEDIA)]
    return [({f"{field}_id": medium.pk}, frozen(medium)) for medium in media]


def frozen(thing):
    """What a version keeps of a picture or a medium: language → JSON."""
    return {code: json.dumps(thing.frozen(code), ensure_ascii=False) for code in language_codes()}


def in_all_languages(field, kind, number):
    """{"name_en": …, "name_ar": …}: a made-up name in every language."""
    return {f"{field}_{code}": name(kind, number, code) for code in language_codes()}


# --- Articles -------------------------------------------------------------------------------


class Table:
    """
    The table of one model, for writing many rows at once: past `save()`, so that only clean HTML may go in.

    What is not said of a row is as in a new object. Without `has_number` the database gives rows their numbers.
    """

    def __init__(self, model, *, has_number=True):
        fields = [field for field in model._meta.local_concrete_fields if has_number or not field.primary_key]
        blank = model()
        self.name = model._meta.db_table
        self.columns = [field.column for field in fields]
        self.blank = {field.attname: stored(field, getattr(blank, field.attname)) for field in fields}

    def row(self, **facts):
        """A row, from stored values."""
        return tuple((self.blank | facts).values())

    def write(self, rows):
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                values = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {self.name} ({columns}) VALUES ({values})", rows)  # noqa: S608


def stored(field, value):
    """A value as the database takes it."""
    return json.dumps(value) if isinstance(field, models.JSONField) else field.get_db_prep_save(value, connection)


class Articles:
    """
    Makes the rows of a corpus' articles.

    All numbers of rows that others point at are given here, so that nothing must be asked of the database.
    """

    def __init__(self, corpus, scenery):
        self.corpus = corpus
        self.scenery = scenery
        self.kind = ContentType.objects.get_for_model(Article).pk
        self.tables = {
            "articles": Table(Article),
            "editions": Table(ArticleEdition),
            "versions": Table(ArticleVersion),
            "tags": Table(TaggedItem, has_number=False),
            "bylines": Table(Article.bylines.through, has_number=False),
            "version_tags": Table(ArticleVersion.tags.through, has_number=False),
            "version_bylines": Table(ArticleVersion.bylines.through, has_number=False),
        }

    def rows(self, first, numbers):
        """The rows of the articles with these numbers in the corpus, by table; the first gets the number `first`."""
        rows = {name: [] for name in self.tables}

        def add(name, **facts):
            rows[name].append(self.tables[name].row(**facts))

        for pk, number in enumerate(numbers, start=first):
            self._add(add, pk, self.corpus.article(number))
        return rows

    def _add(self, add, pk, article):
        moment = connection.ops.adapt_datetimefield_value(article.moment)
        picture, picture_words = one_of(self.scenery.pictures, article.picture, nothing=(None, {}))
        medium, shown = one_of(self.scenery.media.get(article.format), article.number, nothing=({}, {}))
        tags = [self.scenery.tags[number] for number in article.tags]
        byline = self.scenery.bylines[article.byline]
        listed = {"category_id": self.scenery.sections[article.section], "format": article.format}
        common = listed | {"lead_picture_id": picture, "created_at": moment}
        source = self.corpus.languages[0]
        add("articles", id=pk, source_language=source, **common, **medium, **in_columns(article.texts))
        add("bylines", article_id=pk, byline_id=byline)
        for tag in tags:
            add("tags", content_type_id=self.kind, object_id=pk, tag_id=tag)
        for place, (language, text) in enumerate(article.texts.items()):
            number = (pk - 1) * len(article.texts) + place + 1
            facts = PUBLISHED | {"language": language, "publish_at": moment, "saved_at": moment}
            add("editions", id=number, item_id=pk, live_id=number, **facts, **listed)
            texts = vars(text) | {
                "slug": slugify(text.title, language),
                "summary": summary(text.body[:BEGINNING]),
                "lead_text": picture_words.get(language, "{}"),
                "media": shown.get(language, "{}"),
            }
            add("versions", id=number, edition_id=number, number=1, revision=1, **texts, **common)
            add("version_bylines", articleversion_id=number, byline_id=byline)
            for tag in tags:
                add("version_tags", articleversion_id=number, tag_id=tag)


def one_of(things, number, *, nothing):
    """The thing that a number stands for; `nothing` if there are none, or no number."""
    return things[number % len(things)] if things and number is not None else nothing


def in_columns(texts):
    """The columns of a working copy for texts by language. The column without a language has the first one's text."""
    first = next(iter(texts.values()))
    return vars(first) | {f"{name}_{code}": words for code, text in texts.items() for name, words in vars(text).items()}


def write_articles(count, articles):
    """
    Writes the first `count` articles, the oldest first, as they come in a newsroom; yields how many are there.

    Other processes make the rows, this one writes them. No more than a few batches are kept.
    """
    oldest_first = sorted(range(count), key=articles.corpus.moment)
    batches = ((start + 1, oldest_first[start : start + BATCH]) for start in range(0, count, BATCH))
    done = 0
    connection.close()  # or the other processes would share it
    for rows in made_elsewhere(articles, batches):
        with transaction.atomic():
            for name, table in articles.tables.items():
                table.write(rows[name])
        done += len(rows["articles"])
        yield done
    restart_numbers()


def made_elsewhere(articles, batches):
    """`Articles.rows` of each batch, in order, each made in one of as many processes as there are processors."""
    workers = os.cpu_count()
    with ProcessPoolExecutor(workers, get_context("fork"), initializer=_take, initargs=(articles,)) as pool:
        waiting = deque()
        for batch in batches:
            waiting.append(pool.submit(_rows, *batch))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_taken = []


def _take(articles):
    _taken.append(articles)


def _rows(first, numbers):
    return _taken[0].rows(first, numbers)


def restart_numbers():
    """Has the database give the next numbers after those that were given here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Article, ArticleEdition, ArticleVersion]):
            cursor.execute(statement)


# --- What follows from them -----------------------------------------------------------------


@transaction.atomic
def count_readings(languages):
    """Has the newest articles read today, so that there is something that is read most."""
    today = timezone.localdate()
    for language in languages:
        newest = ArticleEdition.objects.published(language=language).newest_first()
        numbers = newest.values_list("item_id", flat=True)[:READ]
        reads.write({("articles.article", pk, language, today): READ - place for place, pk in enumerate(numbers)})
    reads.update_most_read()


def analyze():
    """Has the database look at what it holds, as it does by and by with an archive that has grown."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


if __name__ == "__main__":
    main()
