"""
Articles that are here already, and come in again with another line.

Nothing is lost: a changed text is a new save, and what readers get is a new
version. A line that gives readers nothing takes nothing away from them either.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from articles.models import Article, ArticleEdition, ArticleVersion
from articles.transfer import exporting, ids
from articles.transfer.relating import Related
from articles.transfer.storing import facts_of_line, lonely, plan, steps_of, store_carried, store_languages
from media_library import uses
from publishing.followers import tell_followers
from publishing.models import LogEntry, Tag

Kind, Review, State = ArticleVersion.Kind, ArticleEdition.Review, ArticleEdition.State

# State that came in → the step that is logged for it.
_STEPS = {State.SCHEDULED: "schedule", State.RETRACTED: "retract"}

# What the languages of an article share, as the import writes it.
_SHARED = (
    "category", "format", *Article.MEDIUM_FIELDS.values(), "reference", "lead_picture", "source_language",
    "wanted_languages", "release_policy", "embargo_until",
)  # fmt: skip
_TIMES = (
    "publish_at", "upcoming_at", "updated_at", "withdraw_at", "withdraw_reason", "retracted_at", "being_updated_since",
    "category", "format",
)  # fmt: skip


# --- What is known of a line --------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """
    An article that is here: its number, the line that it was last taken from, and whether it is in the trash.

    `record`: as it would be exported, for one that was written here. `taken_at`: None for such a one.
    """

    key: str
    number: int
    is_trashed: bool
    digest: str = ""
    taken_at: datetime | None = None
    record: dict | None = None

    def is_from(self, line):
        return self.digest == line.digest or (self.record is not None and self.record == line.record)


def known(lines):
    """Id → `Known`, for those of some lines whose articles are here."""
    numbers = ids.numbers_of(Article, [line.key for line in lines])
    rows = {row.key: row for row in ids.rows_of(Article).filter(key__in=numbers)}
    own = [number for key, number in numbers.items() if key not in rows]
    records = {record["id"]: record for record in exporting.records(own)} if own else {}
    trashed = set(
        Article.objects.filter(pk__in=numbers.values(), trashed_at__isnull=False).values_list("pk", flat=True)
    )
    found = {}
    for key, number in numbers.items():
        facts = {"digest": rows[key].digest, "taken_at": rows[key].taken_at} if key in rows else {}
        found[key] = Known(key, number, number in trashed, record=records.get(key), **facts)
    return found


def touched(known):
    """The ids of those that somebody wrote here, or has changed or moved on since they came in."""
    since = {one.number: one.taken_at for one in known}
    kind = ContentType.objects.get_for_model(Article)
    steps = LogEntry.objects.filter(item_type=kind, item_id__in=since).values_list("item_id").annotate(Max("at"))
    saves = ArticleEdition.objects.filter(item__in=since).values_list("item").annotate(Max("saved_at"))
    shared = Article.objects.filter(pk__in=since, shared_saved_at__isnull=False).values_list("pk", "shared_saved_at")
    changed = {number for rows in (steps, saves, shared) for number, at in rows if at and at > (since[number] or at)}
    return {one.key for one in known if one.taken_at is None or one.number in changed}


# --- Writing it ---------------------------------------------------------------------


def update(one, number, *, now):
    """
    Brings the article with a number up to what came in (`storing.Incoming`). Inside a transaction.

    Returns it as a list with one `relating.Lonely` if it misses related articles.
    """
    article = Article.objects.select_for_update(of=("self",)).get(pk=number)
    changed = {language for language in one.composed.languages if _is_new_text(article, language)}
    _update_article(article, one.article, changed, now)
    one.composed.article, facts = article, one.composed.facts
    related = Related([one])
    article.tags.set(Tag.objects.filter(pk__in=facts.tags))
    article.bylines.set(facts.bylines)
    article.related.set(related.numbers(facts.related))
    editions = {edition.language: edition for edition in article.editions.select_for_update()}
    new = [(article, language) for language in one.composed.languages if language.edition.language not in editions]
    store_languages(new, related, now=now)
    uses.Index().add_all_shown([written.version for _article, language in new for written in language.versions])
    for language in one.composed.languages:
        if edition := editions.get(language.edition.language):
            _Update(article, edition, language, related, now).write(is_new_text=language in changed)
    ids.note(Article, one.key, number, **facts_of_line(one, related, now))
    return lonely([one], related)


def _is_new_text(article, language):
    code = language.edition.language
    return any(article.text_in(name, code) != text for name, text in language.texts.items())


def _update_article(article, came, languages, now):
    """Writes the working copy: what the languages share, and the texts of those that changed."""
    shared = [name for name in _SHARED if getattr(article, name) != getattr(came, name)]
    texts = [f"{name}_{language.edition.language}" for language in languages for name in language.texts]
    for name in [*shared, *texts]:
        setattr(article, name, getattr(came, name))
    if shared:
        article.shared_revision += 1
        article.shared_saved_at, article.shared_saved_by = now, None
    if shared or texts:
        article.save()


class _Update:
    """One language of an article that is here, and what came in of it."""

    def __init__(self, article, edition, came, related, now):
        self.article, self.edition, self.came = article, edition, came
        self.related, self.now = related, now
        self.last = edition.versions.aggregate(last=Max("number"))["last"] or 0
        self.steps = []

    def write(self, *, is_new_text):
        edition, came = self.edition, self.came.edition
        state, was_out = edition.working_state, edition.is_out
        kept = self.came.versions[-1] if self.came.versions[-1].version.kind == Kind.SAVE else None
        if is_new_text:
            edition.revision += 1
            edition.saved_at, edition.saved_by = self.now, None
        if self.came.live:
            edition.revision = max(edition.revision, edition.released_revision + bool(kept))
            self._release(edition.revision - bool(kept))
        if kept and is_new_text:
            self._write(kept, edition.revision)
        if self.came.live or not was_out:
            edition.review = came.review
        elif is_new_text:
            edition.review = Review.DRAFT
        edition.source_revision = came.source_revision
        edition.state = edition.current_state
        edition.save()
        self.came.edition, self.came.steps = edition, self.steps
        LogEntry.objects.bulk_create(steps_of(self.article, self.came, before=state))
        tell_followers([edition])
        plan([(self.article, self.came)], self.now)

    def _release(self, revision):
        """Makes what came in what readers have, or will have."""
        edition, came = self.edition, self.came.edition
        live, upcoming = self.came.live, self.came.upcoming
        if not self._is_same(edition.live, live):
            live.version.kind = self._kind(edition.live, live.version)
            edition.live = self._write(live, revision)
            self.steps.append((_STEPS.get(came.state, "publish"), self.now, live))
        if upcoming and not self._is_same(edition.upcoming, upcoming):
            edition.upcoming = self._write(upcoming, revision)
            self.steps.append(("schedule", self.now, upcoming))
        elif not upcoming:
            edition.upcoming = None
        if came.withdraw_at and came.withdraw_at != edition.withdraw_at:
            is_over = came.withdraw_at <= self.now
            self.steps.append(("withdraw" if is_over else "plan_withdrawal", self.now, None))
        for name in _TIMES:
            setattr(edition, name, getattr(came, name))
        edition.released_revision = revision

    def _is_same(self, former, written):
        """Whether readers have just this already."""
        if former is None:
            return False
        written.version.related = self.related.numbers(written.related)
        names = [*ArticleVersion.frozen_field_names(), "corrections", "retraction_note"]
        fields = [ArticleVersion._meta.get_field(name).attname for name in names]
        return (
            all(getattr(former, name) == getattr(written.version, name) for name in fields)
            and set(former.tags.values_list("pk", flat=True)) == set(written.tags)
            and set(former.bylines.all()) == set(written.bylines)
        )

    def _kind(self, former, version):
        if version.kind == Kind.RETRACTION:
            return version.kind
        if former is None:
            return Kind.PUBLICATION
        return Kind.CORRECTION if len(version.corrections) > len(former.corrections) else Kind.UPDATE

    def _write(self, written, revision):
        version = written.version
        self.last += 1
        version.number, version.edition, version.revision = self.last, self.edition, revision
        version.related = self.related.numbers(written.related)
        version.save()
        store_carried([written])
        return version
