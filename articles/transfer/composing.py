"""
Makes the rows of an article from its record, as the workflow would have left them. Stores nothing of the article.

What readers see is a version, as everywhere: the texts of the working copy,
and where the record has another `public` text, that one.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.core.exceptions import ValidationError

from articles.models import Article, ArticleEdition, ArticleVersion, Byline, Category
from articles.transfer.format import BODY, OUT, QUOTES, TEXTS, State, moment_of
from articles.transfer.prose import hashes_in, inward
from articles.transfer.schema import Mismatch
from publishing.html import summary
from publishing.languages import language_codes
from publishing.slugs import slugify

Kind = ArticleVersion.Kind
Review = ArticleEdition.Review

# What stands in the log beside each step that an import writes down.
NOTE = "import"


# Every text of an article, in no language. Given, so that no default is asked for, which takes long.
_NO_TEXTS = {
    column: "" if column in (*TEXTS.values(), BODY, QUOTES) else None
    for name in (*TEXTS.values(), BODY, QUOTES)
    for column in [name, *(f"{name}_{code}" for code in language_codes())]
}


@dataclass(frozen=True)
class Facts:
    """What the languages of an article share."""

    category: Category
    format: str
    medium: object
    reference: str
    lead_picture: object
    tags: tuple[int, ...]
    bylines: tuple[Byline, ...]
    related: tuple[str, ...]


@dataclass
class Written:
    """A version, with what is stored beside it. `related` holds ids."""

    version: ArticleVersion
    tags: tuple[int, ...] = ()
    bylines: tuple[Byline, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(eq=False)
class Language:
    """One language: its edition, its versions in their order, and the steps to be logged: (step, moment, version)."""

    edition: ArticleEdition
    texts: dict
    versions: list[Written] = field(default_factory=list)
    live: Written | None = None
    upcoming: Written | None = None
    steps: list[tuple[str, datetime, Written | None]] = field(default_factory=list)

    def add(self, kind, values, **beside):
        written = Written(ArticleVersion(kind=kind, number=len(self.versions) + 1, **values), **beside)
        self.versions.append(written)
        return written


@dataclass
class Composed:
    """An article and all that belongs to it. `notices`: what the operator should know, in sentences."""

    article: Article
    facts: Facts
    languages: list[Language]
    notices: list[str]


class Composer:
    """
    Makes articles of records.

    `now` is the moment at which they come in. `as_drafts`: nothing of them is given to readers.
    """

    def __init__(self, belongings, library, *, now, as_drafts=False):
        self.belongings, self.library, self.now, self.as_drafts = belongings, library, now, as_drafts

    def compose(self, record):
        """Raises `Mismatch`: where something is wrong with the record, and what to do."""
        facts = self._facts(record, record, None)
        article = self._article(record, facts)
        self.notices = []
        languages = []
        for code in language_codes():
            if (one := record["languages"].get(code)) is None:
                continue
            try:
                languages.append(self._language(record, article, facts, code, one))
            except Mismatch as mismatch:
                raise mismatch.within(f"languages.{code}") from None
        _note_sources(article, languages, record)
        return Composed(article, facts, languages, self.notices)

    # --- What the languages share -----------------------------------------------------

    def _facts(self, record, changes, base):
        """The facts of a record; or those of `base` with what `changes` says otherwise."""

        def is_told(*names):
            return base is None or any(name in changes for name in names)

        found = {}
        if changes.get("section"):
            found["category"] = self.belongings.section(changes["section"])
        if is_told("format", "medium"):
            found["format"] = changes.get("format") or (base.format if base else Article.Format.TEXT)
            found["medium"] = self._medium(record, found["format"], changes.get("medium"))
        if is_told("lead_picture"):
            sha256 = changes.get("lead_picture")
            found["lead_picture"] = self._picture(record, sha256) if sha256 else None
        if is_told("tags"):
            found["tags"] = tuple(dict.fromkeys(map(self.belongings.tag, changes.get("tags") or [])))
        if is_told("bylines"):
            bylines = [self._byline(record, one) for one in changes.get("bylines") or []]
            found["bylines"] = tuple(dict.fromkeys(bylines))
        if is_told("reference"):
            found["reference"] = changes.get("reference") or ""
        if is_told("related"):
            found["related"] = tuple(dict.fromkeys(changes.get("related") or []))
        return replace(base, **found) if base else Facts(**found)

    def _medium(self, record, format, medium):
        return self.library.medium(format, medium, lambda sha256: self._picture(record, sha256))

    def _picture(self, record, sha256):
        return self.library.picture(sha256, (record.get("pictures") or {}).get(sha256))

    def _byline(self, record, byline):
        portrait = byline.get("portrait")
        return self.belongings.byline(byline, self._picture(record, portrait).pk if portrait else None)

    def _article(self, record, facts):
        wanted = record.get("wanted_languages") or []
        for code in [record["source_language"], *wanted, *record["languages"]]:
            if code not in language_codes():
                raise Mismatch("", f"“{code}” is no language of this site")
        article = Article(
            **_NO_TEXTS,
            category=facts.category,
            format=facts.format,
            reference=facts.reference,
            lead_picture=facts.lead_picture,
            source_language=record["source_language"],
            wanted_languages=wanted,
            release_policy=record.get("release_policy") or "each",
            embargo_until=moment_of(record.get("embargo_until"), "embargo_until"),
            created_at=moment_of(record.get("created_at"), "created_at") or self.now,
        )
        for name in Article.MEDIUM_FIELDS.values():
            if facts.medium is not None and Article.MEDIUM_FIELDS[facts.format] == name:
                setattr(article, name, facts.medium)
        return article

    # --- A language -------------------------------------------------------------------

    def _language(self, record, article, facts, code, one):
        texts = self._texts(record, one)
        for name, text in texts.items():
            setattr(article, f"{name}_{code}", text)
        edition = ArticleEdition(language=code, saved_at=self.now, revision=1)
        language = Language(edition, texts)
        state = self._state(article, edition, one)
        if state in OUT:
            self._release(record, article, facts, language, one, state)
        else:
            edition.review = state
            self._save(article, language)
        return language

    def _texts(self, record, one):
        """Field → text, for every text of a language."""
        texts = {name: one.get(label) or "" for label, name in TEXTS.items()}
        if "/" in texts["slug"]:
            raise Mismatch("slug", "holds a “/”. The words in the address are one part of it")
        texts[BODY] = self._body(record, one.get(BODY) or "")
        texts[QUOTES] = "\n".join(one.get("quotes") or [])
        return texts

    def _body(self, record, html):
        try:
            if "<img" not in html.lower():
                return inward(html, {})
            for sha256 in hashes_in(html):
                self._picture(record, sha256)
            return inward(html, self.library.in_texts())
        except ValidationError as error:
            raise Mismatch(BODY, "; ".join(error.messages)) from error

    def _state(self, article, edition, one):
        """The state that it gets, by what the record says and by the clock; fills in the times of the edition."""
        state = one.get("state") or State.DRAFT
        times = ("publish_at", "updated_at", "withdraw_at", "retracted_at", "being_updated_since")
        moments = {name: moment_of(one.get(name), name) for name in times}
        if self.as_drafts:
            return State.DRAFT
        if state not in OUT:
            if "public" in one or "upcoming" in one:
                raise Mismatch("public", f"is for what readers have, and the state is “{state}”")
            return state
        self._check_times(article, state, moments, one)
        if state == State.SCHEDULED and moments["publish_at"] <= self.now:
            self._notice(edition, "was scheduled for a moment that has passed. It is approved; publish it here")
            return State.APPROVED
        for name, moment in moments.items():
            setattr(edition, name, moment)
        edition.withdraw_reason = one.get("withdraw_reason") or ""
        return state

    def _check_times(self, article, state, moments, one):
        at = moments["publish_at"]
        if at is None:
            raise Mismatch("publish_at", f"is missing: what is {state} has a time at which readers got it, or will")
        if state != State.SCHEDULED and at > self.now:
            raise Mismatch("publish_at", "lies in the future. What is not out yet has the state “scheduled”")
        if state == State.WITHDRAWN and not (moments["withdraw_at"] and moments["withdraw_at"] <= self.now):
            raise Mismatch("withdraw_at", "must be the moment at which it was withdrawn")
        if state == State.RETRACTED and not (moments["retracted_at"] and one.get("retraction_note")):
            raise Mismatch("retracted_at", "what is retracted needs the moment, and a “retraction_note” for readers")
        if state != State.RETRACTED and moments["retracted_at"]:
            raise Mismatch("retracted_at", f"is for what is retracted, and the state is “{state}”")
        embargo = article.embargo_until
        if embargo and embargo > self.now and at < embargo:
            raise Mismatch("publish_at", "lies before the end of the embargo. Take one of them out")

    def _notice(self, edition, sentence):
        self.notices.append(f"languages.{edition.language}: {sentence}.")

    # --- Its versions -----------------------------------------------------------------

    def _save(self, article, language):
        """The version of a mere save, which is the desk's own record."""
        values = article.required_facts() | language.texts
        language.add(Kind.SAVE, values | {"revision": language.edition.revision, "created_at": self.now})

    def _release(self, record, article, facts, language, one, state):
        edition = language.edition
        release = self._retraction if state == State.RETRACTED else self._released
        language.live = release(record, facts, language, one, "public")
        edition.category, edition.format = language.live.version.category, language.live.version.format
        edition.released_revision, edition.review, edition.state = 1, Review.APPROVED, state
        has_plan = bool(one.get("upcoming")) and self._plan(record, facts, language, one)
        if one.get("review") or (one.get("upcoming") and not has_plan):
            edition.revision += 1
            edition.review = one.get("review") or Review.APPROVED
            self._save(article, language)
        language.steps += self._steps(edition, state, language.live)

    def _plan(self, record, facts, language, one):
        """Adds the version of a planned change. Returns whether its time is still to come."""
        plan, edition = one["upcoming"], language.edition
        at = moment_of(plan["at"], "upcoming.at")
        if at <= self.now:
            self._notice(edition, "had a change planned for a moment that has passed. It waits; publish it here")
            return False
        edition.revision = edition.released_revision = 2
        kind = Kind.CORRECTION if plan.get("kind") == Kind.CORRECTION else Kind.UPDATE
        language.upcoming = self._released(record, facts, language, one, "upcoming", kind=kind)
        edition.upcoming_at = at
        language.steps.append(("schedule", self.now, language.upcoming))
        return True

    def _released(self, record, facts, language, one, name, *, kind=Kind.PUBLICATION):
        """A version for readers, from the working copy and what the record says otherwise under `name`."""
        changes = one.get(name) or {}
        facts, texts = self._shown(record, facts, language, one, changes)
        code, source = language.edition.language, changes if name == "upcoming" else one
        try:
            lead_text = _lead_text(facts.lead_picture, code, changes.get("lead_text"))
            _check_shown(facts, texts, lead_text, code)
            values = texts | {
                "lead_picture": facts.lead_picture,
                "lead_text": lead_text,
                "media": facts.medium.frozen(code) if facts.medium else {},
                "corrections": _corrections(source.get("corrections") or []),
                "summary": summary(texts[BODY]),
            }
        except Mismatch as mismatch:
            raise mismatch.within(name) if changes else mismatch from None
        except ValidationError as error:
            raise Mismatch("medium", " ".join(error.messages)) from error
        values |= self._values(facts, language.edition, is_planned=name == "upcoming")
        return language.add(kind, values, tags=facts.tags, bylines=facts.bylines, related=facts.related)

    def _retraction(self, record, facts, language, one, name):
        """The version of a retraction: what lists and addresses need, and the note in place of the text."""
        facts, texts = self._shown(record, facts, language, one, one.get(name) or {})
        kept = {name: texts[name] for name in ("title", "slug")} | {"retraction_note": one["retraction_note"]}
        return language.add(Kind.RETRACTION, kept | self._values(facts, language.edition))

    def _shown(self, record, facts, language, one, changes):
        """(facts, texts) that readers see, where `changes` says what differs from the working copy."""
        facts = self._facts(record, changes, facts) if changes else facts
        texts = self._texts(record, {**one, **changes}) if changes else dict(language.texts)
        texts["slug"] = texts["slug"] or slugify(texts["title"], language.edition.language)
        return facts, texts

    def _values(self, facts, edition, *, is_planned=False):
        shown_since = edition.retracted_at or edition.updated_at or edition.publish_at
        return {
            "category": facts.category,
            "format": facts.format,
            "reference": facts.reference,
            "revision": edition.revision,
            "created_at": self.now if is_planned else min(self.now, shown_since),
        }

    def _steps(self, edition, state, live):
        if state == State.SCHEDULED:
            return [("schedule", self.now, live)]
        if state == State.RETRACTED:
            return [("retract", edition.retracted_at, live)]
        steps = [("publish", edition.publish_at, live)]
        if state == State.WITHDRAWN:
            steps.append(("withdraw", edition.withdraw_at, None))
        elif edition.withdraw_at:
            steps.append(("plan_withdrawal", self.now, None))
        return steps


def _lead_text(picture, language, changes):
    if picture is None:
        return {}
    return picture.frozen(language) | {name: text or "" for name, text in (changes or {}).items()}


def _corrections(entries):
    """As a version keeps them."""
    return [
        {"at": moment_of(entry["at"], "corrections").isoformat(timespec="seconds"), "note": entry["note"]}
        for entry in entries
    ]


def _check_shown(facts, texts, lead_text, language):
    """What `check_publishable` asks of a working copy. Raises `Mismatch`."""
    if not texts["title"].strip():
        raise Mismatch("title", "is missing: without one it cannot be public in this language")
    if not getattr(facts.category, f"path_{language}"):
        raise Mismatch("section", f"the section “{facts.category}” has no name in this language. Name it first")
    if facts.lead_picture and not (facts.lead_picture.is_decorative or lead_text["alt"].strip()):
        raise Mismatch("lead_picture", "has no alternative text in this language. Write it into “pictures”")
    if facts.format == Article.Format.TEXT:
        return
    if facts.medium is None:
        raise Mismatch("medium", f"is missing: an article of the format “{facts.format}” shows one")
    if hasattr(facts.medium, "check_complete"):
        try:
            facts.medium.check_complete(language)
        except ValidationError as error:
            raise Mismatch("medium", " ".join(error.messages)) from error


def _note_sources(article, languages, record):
    """Says of translations which text of their source they were made from."""
    source = next((one.edition for one in languages if one.edition.language == article.source_language), None)
    for language in languages:
        if source and language.edition is not source:
            is_outdated = bool(record["languages"][language.edition.language].get("outdated"))
            language.edition.source_revision = (source.released_revision or source.revision) - is_outdated
