"""
Stores new articles in bulk. For use inside a transaction.

None of it passes through `save()` and the steps of the workflow; so those who
listen to them are told here: which pictures are shown, what staff and readers
find, which pages are out of date. `articles.transfer.updating` is for articles that are here already.
"""

from dataclasses import dataclass
from itertools import chain

from django.contrib.contenttypes.models import ContentType

from articles.models import Article, ArticleEdition, ArticleVersion
from articles.transfer import ids, numbers
from articles.transfer.composing import NOTE, Composed
from articles.transfer.relating import Related
from desk.finding import tell_written
from media_library import uses
from publishing.changes import announce
from publishing.followers import tell_followers
from publishing.models import LogEntry, TaggedItem
from publishing.workflow import settle_due_editions


@dataclass
class Incoming:
    """An article on its way in: the line that it comes from (`importing.Line`), and what was composed of it."""

    line: object
    composed: Composed

    @property
    def key(self):
        return self.line.key

    @property
    def digest(self):
        return self.line.digest

    @property
    def article(self):
        return self.composed.article


def store(incoming, *, now):
    """
    Stores articles that are not here yet, with everything that belongs to them.

    Returns those that miss related articles (`relating.Lonely`).
    """
    ids.forget_gone(Article, [one.key for one in incoming])
    _number(incoming)
    Article.objects.bulk_create([one.article for one in incoming])
    related = Related(incoming)
    _store_relations(incoming, related)
    languages = [(one.article, language) for one in incoming for language in one.composed.languages]
    store_languages(languages, related, now=now)
    tell_written(Article, [one.article.pk for one in incoming])
    ids.note_new(Article, [(one.key, one.article.pk, facts_of_line(one, related, now)) for one in incoming])
    # Last, because it locks the pictures, which other batches show as well.
    uses.Index().add_all_shown([one.article for one in incoming])
    uses.Index().add_all_shown([written.version for _article, one in languages for written in one.versions])
    return lonely(incoming, related)


def lonely(incoming, related):
    """Those that miss related articles, as `relating.Lonely`."""
    return [missing for one in incoming if (missing := related.lonely(one))]


def facts_of_line(one, related, now):
    """What is kept of the line that an article came from. One that misses related articles is looked at again."""
    return {"digest": "" if related.lonely(one) else one.digest, "taken_at": now}


def _number(incoming):
    """Each gets the number that its id ends in if that is free, else the next one."""
    wanted = {number: one.article for one in incoming if (number := ids.number_in(one.key))}
    for number in numbers.claim(Article, wanted):
        wanted[number].pk = number
    others = [one.article for one in incoming if one.article.pk is None]
    for article, number in zip(others, numbers.reserve(Article, len(others)), strict=True):
        article.pk = number


def _store_relations(incoming, related):
    kind = ContentType.objects.get_for_model(Article)
    facts = [(one.article.pk, one.composed.facts) for one in incoming]
    TaggedItem.objects.bulk_create(
        TaggedItem(content_type=kind, object_id=number, tag_id=tag) for number, one in facts for tag in one.tags
    )
    Article.bylines.through.objects.bulk_create(
        Article.bylines.through(article_id=number, byline=byline) for number, one in facts for byline in one.bylines
    )
    Article.related.through.objects.bulk_create(
        Article.related.through(from_article_id=number, to_article_id=other)
        for number, one in facts
        for other in related.numbers(one.related)
    )


# --- Languages ----------------------------------------------------------------------


def store_languages(languages, related, *, now):
    """
    Stores editions and versions of stored articles in languages that they are not here in yet.

    `languages`: pairs (article, `composing.Language`).
    """
    editions = [_numbered_edition(*one) for one in zip(languages, _edition_numbers(languages), strict=True)]
    versions = [(language, written) for _article, language in languages for written in language.versions]
    for (language, written), number in zip(versions, numbers.reserve(ArticleVersion, len(versions)), strict=True):
        written.version.pk, written.version.edition = number, language.edition
        written.version.related = related.numbers(written.related)
    for _article, language in languages:
        _point_at_versions(language)
    ArticleEdition.objects.bulk_create(editions)
    ArticleVersion.objects.bulk_create([written.version for _language, written in versions])
    store_carried([written for _language, written in versions])
    LogEntry.objects.bulk_create(chain.from_iterable(steps_of(article, one) for article, one in languages))
    tell_followers([edition for edition in editions if edition.live_id])
    plan(languages, now)


def _edition_numbers(languages):
    return numbers.reserve(ArticleEdition, len(languages))


def _numbered_edition(pair, number):
    article, language = pair
    language.edition.pk, language.edition.item = number, article
    return language.edition


def _point_at_versions(language):
    edition = language.edition
    edition.live = language.live.version if language.live else None
    edition.upcoming = language.upcoming.version if language.upcoming else None
    edition.state = edition.current_state


def store_carried(versions):
    """The tags and bylines of versions; whoever reads those at hand finds them there without asking."""
    tags, bylines = ArticleVersion.tags.through, ArticleVersion.bylines.through
    tags.objects.bulk_create(tags(articleversion_id=one.version.pk, tag_id=tag) for one in versions for tag in one.tags)
    bylines.objects.bulk_create(
        bylines(articleversion_id=one.version.pk, byline=byline) for one in versions for byline in one.bylines
    )
    for one in versions:
        one.version._prefetched_objects_cache = {"bylines": list(one.bylines)}


def steps_of(article, language, *, before=ArticleEdition.State.DRAFT):
    """The entries of the log for a language, in the order of their moments. `before`: the state that it had."""
    kind = ContentType.objects.get_for_model(Article)
    state = str(before)
    for step, at, written in sorted(language.steps, key=lambda step: step[1]):
        after = str(language.edition.working_state)
        yield LogEntry(
            item_type=kind,
            item_id=article.pk,
            language=language.edition.language,
            step=step,
            state_from=state,
            state_to=after,
            version_number=written and written.version.number,
            note=NOTE,
            at=at,
        )
        state = after


def plan(languages, now):
    """Has what is planned happen at its time, and pages know of it."""
    for article, language in languages:
        edition = language.edition
        times = [edition.publish_at, edition.upcoming_at, edition.withdraw_at]
        if moments := [moment for moment in times if moment and moment > now]:
            announce(article, edition)
            for moment in moments:
                settle_due_editions.using(run_after=moment).enqueue()
