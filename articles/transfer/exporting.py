"""
Articles as records of docs/article-format.md: the working copy in every language, and what readers see otherwise.

A batch of articles is read at once, in a bounded number of queries.
"""

import re
from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.utils import timezone

from articles.models import Article, ArticleEdition, ArticleVersion, Byline, Category
from articles.transfer import ids
from articles.transfer.belongings import byline_record, section_record, tag_record, without_nothing
from articles.transfer.format import BODY, MEDIUM_FIELDS, QUOTES, TEXTS, moment_text
from articles.transfer.prose import outward, pictures_in
from articles.transfer.shelf import Shelf
from publishing.languages import language_codes
from publishing.models import Tag, TaggedItem
from publishing.slugs import slugify

# So many articles are read at once.
BATCH = 100

_TIMES = ("publish_at", "updated_at", "withdraw_at", "retracted_at", "being_updated_since")
# What a retraction shows.
_RETRACTED = frozenset({"title", "slug", "section", "format", "reference"})
_HASH = re.compile(r"[0-9a-f]{64}")


def articles_to_export():
    """The articles that an export has: all but those in the trash."""
    return Article.objects.filter(trashed_at__isnull=True)


def batches():
    """All records in batches, each with the files that it names: pairs (records, {SHA-256: `shelf.StoredFile`})."""
    last = 0
    while numbers := list(articles_to_export().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        exporter = Exporter(numbers)
        yield exporter.records(), exporter.files
        last = numbers[-1]


def records(numbers):
    """The records of some articles."""
    return Exporter(numbers).records()


class Exporter:
    """Some articles (their numbers), read with all that their records are made from."""

    def __init__(self, numbers):
        self.now = timezone.now()
        self.articles = list(_with_editions(Article.objects.filter(pk__in=numbers).order_by("pk")))
        self.versions = [version for article in self.articles for version in _versions_of(article)]
        self.sections = _Sections()
        self._load_tags(numbers)
        self._load_bylines(numbers)
        self._load_related(numbers)
        self.shelf = Shelf(self._media(), self._pictures())

    @property
    def files(self):
        return self.shelf.files

    def records(self):
        return [self._record(article) for article in self.articles]

    # --- Reading ----------------------------------------------------------------------

    def _load_tags(self, numbers):
        items = TaggedItem.objects.filter(
            content_type=ContentType.objects.get_for_model(Article), object_id__in=numbers
        ).values_list("object_id", "tag")
        through = ArticleVersion.tags.through.objects.filter(articleversion__in=self.versions)
        self.tags_of = _grouped(items), _grouped(through.values_list("articleversion", "tag"))
        named = _all_in(*self.tags_of)
        keys, rows = ids.ids_of(Tag, named), Tag.objects.in_bulk(named)
        self.tags = {number: tag_record(tag, keys[number]) for number, tag in rows.items()}

    def _load_bylines(self, numbers):
        own = Article.bylines.through.objects.filter(article__in=numbers).values_list("article", "byline")
        through = ArticleVersion.bylines.through.objects.filter(articleversion__in=self.versions)
        self.bylines_of = _grouped(own), _grouped(through.values_list("articleversion", "byline"))
        self.bylines = Byline.objects.in_bulk(_all_in(*self.bylines_of))
        self.byline_ids = ids.ids_of(Byline, self.bylines)

    def _load_related(self, numbers):
        rows = Article.related.through.objects.filter(from_article__in=numbers)
        own = _grouped(rows.values_list("from_article", "to_article"))
        frozen = {version.pk: version.related for version in self.versions}
        self.related_of = own, frozen
        # Versions name what was deleted since, too.
        beside = articles_to_export().filter(pk__in=_all_in(own, frozen)).values_list("pk", flat=True)
        self.ids = ids.ids_of(Article, {*numbers, *beside})

    def _media(self):
        """Field of an article → the numbers of its media."""
        found = defaultdict(set)
        for field, number in [*map(_medium_of, self.articles), *map(_frozen_medium_of, self.versions)]:
            if number:
                found[field].add(number)
        return found

    def _pictures(self):
        """The numbers of all pictures but those of media."""
        texts = [version.body for version in self.versions]
        texts += [article.text_in(BODY, code) for article in self.articles for code in language_codes()]
        found = {number for text in texts for number in pictures_in(text)}
        found |= {row.lead_picture_id for row in [*self.articles, *self.versions]}
        return (found | {byline.portrait_id for byline in self.bylines.values()}) - {None}

    # --- Records ----------------------------------------------------------------------

    def _record(self, article):
        facts = self._facts(article, 0, _medium_of(article))
        record = without_nothing(
            {
                "id": self.ids[article.pk],
                "source_language": article.source_language,
                "release_policy": article.release_policy if article.release_policy != "each" else None,
                "wanted_languages": article.wanted_languages,
                "embargo_until": moment_text(article.embargo_until),
                "created_at": moment_text(article.created_at),
                **facts,
                "format": facts["format"] if facts["format"] != Article.Format.TEXT else None,
            }
        )
        record["languages"] = self._languages(article, facts)
        pictures = self.shelf.picture_records(set(_HASH.findall(repr(record))))
        return record | ({"pictures": pictures} if pictures else {})

    def _facts(self, row, place, medium):
        """What the languages share: of an article (`place` 0), or as a version (1) has it."""
        tags, bylines, related = self.tags_of[place], self.bylines_of[place], self.related_of[place]
        return {
            "section": self.sections.record(row.category_id),
            "format": row.format,
            "medium": self.shelf.medium(*medium),
            "reference": row.reference,
            "lead_picture": self.shelf.hash_of(row.lead_picture_id),
            "tags": [self.tags[number] for number in sorted(tags.get(row.pk, []))],
            "bylines": [self._byline(number) for number in sorted(bylines.get(row.pk, []))],
            "related": sorted(self.ids[number] for number in related.get(row.pk, []) if number in self.ids),
        }

    def _byline(self, number):
        byline = self.bylines[number]
        return byline_record(byline, self.byline_ids[number], self.shelf.hash_of(byline.portrait_id))

    def _languages(self, article, facts):
        editions = {edition.language: edition for edition in article.editions.all()}
        found = {}
        for code in language_codes():
            texts = self._texts({name: article.text_in(name, code) for name in (*TEXTS.values(), BODY, QUOTES)})
            edition = editions.get(code)
            if edition or texts:
                found[code] = texts | (self._state(article, edition, editions, texts, facts) if edition else {})
        return found or {article.source_language: {}}

    def _texts(self, values):
        """Texts as they stand in a line. `values`: field → text."""
        texts = {label: values[name] for label, name in TEXTS.items()}
        texts["body"] = outward(values[BODY], self.shelf.hashes())
        texts["quotes"] = [line.strip() for line in values[QUOTES].splitlines() if line.strip()]
        return without_nothing(texts)

    # --- A language -------------------------------------------------------------------

    def _state(self, article, edition, editions, texts, facts):
        source = editions.get(article.source_language)
        is_translation = source is not None and source is not edition
        found = {
            "state": edition.current_state if edition.current_state != edition.State.DRAFT else None,
            "outdated": is_translation and edition.source_revision < source.text_needed_revision,
        }
        if edition.is_out:
            found |= self._release(article, edition, texts, facts)
        return without_nothing(found)

    def _release(self, article, edition, texts, facts):
        planned = edition.upcoming if edition.upcoming_id and edition.upcoming_at > self.now else None
        live = edition.version
        found = {name: moment_text(getattr(edition, name)) for name in _TIMES}
        if edition.upcoming_id and not planned:  # It took over by the clock, and no job was there yet.
            found["updated_at"] = moment_text(edition.upcoming_at)
        found |= {
            "withdraw_reason": edition.withdraw_reason,
            "corrections": _corrections(live),
            "retraction_note": live.retraction_note,
            "review": edition.review if edition.has_unpublished_changes else None,
            "public": self._differences(live, article, edition, texts, facts),
        }
        if planned:
            found["upcoming"] = {
                "at": moment_text(edition.upcoming_at),
                **without_nothing({"kind": planned.kind, "corrections": _corrections(planned)}),
                **self._differences(planned, article, edition, texts, facts),
            }
        return found

    def _differences(self, version, article, edition, texts, facts):
        """What a version shows otherwise than the working copy."""
        names = (*TEXTS.values(), BODY, QUOTES)
        shown = self._texts({name: getattr(version, name) for name in names})
        shown |= self._facts(version, 1, _frozen_medium_of(version))
        would = texts | facts
        code = edition.language
        title = shown.get("title", "")
        if shown.get("slug") == (texts.get("slug") or slugify(title, code)):
            shown["slug"] = texts.get("slug")
        picture = self.shelf.picture(version.lead_picture_id)
        if picture:
            shown["lead_text"] = _words(version.lead_text)
            would["lead_text"] = _words(picture.frozen(code))
        names = _RETRACTED if version.is_retraction else shown.keys() | would.keys()
        return {name: shown.get(name) for name in names if (shown.get(name) or None) != (would.get(name) or None)}


class _Sections:
    """All sections, and their records."""

    def __init__(self):
        self._rows = Category.objects.in_bulk()
        for category in self._rows.values():
            if category.parent_id:
                category.parent = self._rows[category.parent_id]
        self._ids = ids.ids_of(Category, self._rows)
        self._records = {}

    def record(self, number):
        if number not in self._records:
            self._records[number] = section_record(self._rows[number], self._ids)
        return self._records[number]


# --- What rows say ------------------------------------------------------------------


def _with_editions(articles):
    editions = ArticleEdition.objects.select_related("live", "upcoming")
    return articles.prefetch_related(Prefetch("editions", editions))


def _versions_of(article):
    versions = [version for edition in article.editions.all() for version in (edition.live, edition.upcoming)]
    return [version for version in versions if version is not None]


def _medium_of(article):
    """(field, number) of what an article shows by its format; the number may be None."""
    field = MEDIUM_FIELDS.get(article.format, "")
    return field, getattr(article, f"{field}_id", None)


def _frozen_medium_of(version):
    """The same of a version."""
    field = MEDIUM_FIELDS.get(version.format, "")
    return field, version.media.get(field)


def _corrections(version):
    return [{"at": moment_text(at), "note": note} for at, note in version.public_corrections]


def _words(frozen):
    """The words of a lead picture, as a version keeps them."""
    return {name: frozen.get(name, "") for name in ("alt", "caption", "credit")}


def _grouped(pairs):
    """First → [second, …]."""
    found = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return found


def _all_in(*groups):
    return {number for group in groups for numbers in group.values() for number in numbers}
