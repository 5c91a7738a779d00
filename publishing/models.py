"""
The publishing model: what staff edit, what readers see, and the line between them.

A `Publishable` is the working copy in all languages. Its `Edition` in one
language has a state of its own and points at the `Version` that is live: a
frozen copy of everything a reader sees. Each public type has its own pair,
such as `ArticleEdition` and `ArticleVersion`.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from taggit.models import GenericTaggedItemBase, TagBase

from publishing import keys
from publishing.clock import now
from publishing.fields import HtmlField
from publishing.html import clean_html, summary
from publishing.languages import current_language, language_choices, language_codes
from publishing.metadata import address_in
from publishing.querysets import EditionQuerySet, VersionQuerySet
from publishing.signals import step_logged
from publishing.slugs import slugify


class ReleasePolicy(models.TextChoices):
    """When the languages of one item go out."""

    EACH = "each", _("each language when it is ready")
    SOURCE_FIRST = "source_first", _("the source language first")
    TOGETHER = "together", _("all languages together")


class Publishable(models.Model):
    """
    The working copy of something public: every language side by side.

    Public code never reads this table. Subclasses inherit `Meta` (or the
    publish permission is lost), register their translated fields, and have
    an `Edition` and a `Version` model of their own.
    """

    title = models.CharField(_("title"), max_length=160, blank=True)
    standfirst = models.TextField(
        _("standfirst"),
        max_length=500,
        blank=True,
        help_text=_("One or two sentences under the headline that say what is new. Lists and search engines show it."),
    )
    body = HtmlField(_("text"), blank=True)
    slug = models.CharField(
        _("words in the address"),
        max_length=80,
        blank=True,
        help_text=_("Leave empty: they are made from the title. Old addresses keep working."),
    )
    seo_title = models.CharField(
        _("title for search engines"),
        max_length=160,
        blank=True,
        help_text=_("Only if it should differ from the title."),
    )
    seo_description = models.CharField(
        _("description for search engines"),
        max_length=200,
        blank=True,
        help_text=_("Only if it should differ from the standfirst. 110 to 160 characters are shown."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Before this moment nobody can publish it, in any language."),
    )
    release_policy = models.CharField(
        _("goes out"), max_length=12, choices=ReleasePolicy.choices, default=ReleasePolicy.EACH
    )
    # Codes of the languages that it is wanted in; empty: those in which something was written.
    wanted_languages = models.JSONField(_("wanted in"), default=list, blank=True)
    source_language = models.CharField(
        _("written first in"),
        max_length=8,
        choices=language_choices,
        default="ar",
        help_text=_("The language that the translations are made from."),
    )
    # Counts the saves of what all languages share; each edition counts its own texts.
    shared_revision = models.PositiveIntegerField(default=0, editable=False)
    shared_saved_at = models.DateTimeField(null=True, editable=False)
    shared_saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )

    trashed_at = models.DateTimeField(_("moved to the trash"), null=True, editable=False)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    # By the words of which fields staff find it, translated ones in every language (`desk.finding`).
    found_by = ("title", "standfirst", "body")

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "approve", "publish")
        # What is in the trash, alone: as a rule nothing is, and no list is found by that.
        indexes = [
            models.Index(fields=["trashed_at"], condition=models.Q(trashed_at__isnull=False), name="%(class)s_trashed")
        ]

    def __str__(self):
        return self.working_title

    @property
    def needs_second_person(self):
        """Whether somebody other than the author must approve a text; types that know sections ask theirs."""
        return False

    @property
    def is_under_embargo(self):
        return bool(self.embargo_until and self.embargo_until > now())

    @property
    def working_title(self):
        """What staff call it: its title in their language, else in its source language, else in any."""
        for language in [current_language(), self.source_language, *language_codes()]:
            if title := self.text_in("title", language):
                return title
        return translated("Untitled no. %(id)s") % {"id": self.pk or "—"}

    def text_in(self, name, language):
        """The working copy's field `name` in one language ("" when nothing was typed)."""
        return getattr(self, f"{name}_{language}") or ""

    def release_languages(self):
        """The languages that `release_policy` is about: those that it is wanted in, else those with a title."""
        chosen = self.wanted_languages or [code for code in language_codes() if self.text_in("title", code)]
        return [code for code in language_codes() if code in chosen]

    def edition_in(self, language):
        """The edition in one language, or None if nothing was ever saved in it."""
        return next((edition for edition in self.editions.all() if edition.language == language), None)

    # What a version is made of --------------------------------------------

    def frozen_values(self, language):
        """
        What readers will see of it in `language`: field name → value, for every field of its version model.

        A method `frozen_<field>(language)` decides where a field of the version
        is not simply a copy of the field of the same name.
        """
        version_model = self._meta.get_field("editions").related_model._meta.get_field("versions").related_model
        return {name: self._frozen_value(name, language) for name in version_model.frozen_field_names()}

    def texts(self, language):
        """The text of one language alone, as a version of a mere save keeps it: field name → value."""
        version_model = self._meta.get_field("editions").related_model._meta.get_field("versions").related_model
        return {
            name: self.text_in(name, language)
            for name in version_model.frozen_field_names()
            if hasattr(self, f"{name}_{language}")
        }

    def required_facts(self):
        """Fields of its version model that even a mere save must fill: field name → value."""
        return {}

    def prepare_release(self, language, *, at):
        """
        Called in the step that gives `language` to readers (now, or `at` a set time), just before it is frozen.

        Types give the working copy here what only something published has; a
        refused step, or a preview, leaves nothing of it. The item is locked.
        """

    def _frozen_value(self, name, language):
        own = getattr(self, f"frozen_{name}", None)
        if own is not None:
            return own(language)
        if hasattr(self, f"{name}_{language}"):
            return self.text_in(name, language)
        return getattr(self, name)

    def frozen_slug(self, language):
        return self.text_in("slug", language) or slugify(self.text_in("title", language), language)

    def frozen_relations(self, language):
        """Many-to-many fields of its version → the rows that they hold."""
        return {}

    def check_publishable(self, language):
        """
        Raises `ValidationError`, field by field, unless it can be shown to readers in `language`.

        Types add their own rules and call this one.
        """
        if not self.text_in("title", language).strip():
            raise ValidationError(
                {f"title_{language}": _("Without a title it cannot be published. Write one in this language.")}
            )


class Edition(models.Model):
    """One language of a publishable item: its state, its times, and the version that is live."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RETRACTED = "retracted", _("retracted")

    class Review(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")

    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    # How far the working copy has come. Until something is out it is the state, too; afterwards it is about changes.
    review = models.CharField(_("review"), max_length=12, choices=Review.choices, default=Review.DRAFT)
    # Somebody asked to publish it; it goes out as soon as the release policy allows.
    waits_to_go_out = models.BooleanField(default=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who has it"),
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    publish_at = models.DateTimeField(
        _("published at"), null=True, blank=True, help_text=_("When readers first saw it, or will see it.")
    )
    upcoming_at = models.DateTimeField(_("changes go live at"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last public change"), null=True, blank=True)
    withdraw_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdraw_reason = models.CharField(_("reason for readers"), max_length=300, blank=True)
    # Counts the saves of this language's text; see `desk.saving`.
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # The text's revision that the newest version was made from: below `revision`, there are changes not yet public.
    released_revision = models.PositiveIntegerField(default=0)
    # The source text's revision that this translation was made from, or was last found to be right for.
    source_revision = models.PositiveIntegerField(default=0)
    # Since when readers are told that this page is being updated, after its source was corrected or taken back.
    being_updated_since = models.DateTimeField(null=True, blank=True)
    retracted_at = models.DateTimeField(_("retracted at"), null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    # Fields of the live version that lists filter by, kept here so that one index serves them.
    mirrored_fields = ()
    # The lists that it stood in until the step that is being taken, where those are others.
    former_list_keys = ()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.item_id} {self.language}"

    @classmethod
    def from_db(cls, db, field_names, values):
        edition = super().from_db(db, field_names, values)
        if keys.is_gathering():
            keys.note(edition.item_key, language=edition.language)
        return edition

    @property
    def item_key(self):
        """Its item's key in the change log, without loading the item."""
        return keys.key_for(type(self).item.field.related_model, self.item_id)

    @property
    def version(self):
        """The version that readers see now: a scheduled change takes over when its time has come."""
        if self.upcoming_at and self.upcoming_at <= now():
            return self.upcoming
        return self.live

    @property
    def is_public(self):
        moment = now()
        is_out = bool(self.live_id and self.publish_at and self.publish_at <= moment)
        return is_out and not (self.withdraw_at and self.withdraw_at <= moment)

    @property
    def current_state(self):
        """
        The state that its facts add up to by the clock; `state` keeps it for lists, and a job may be late.

        Until something is out, it is how far the working copy has come.
        """
        moment = now()
        if not self.is_out:
            return self.State(self.review)
        if self.withdraw_at and self.withdraw_at <= moment:
            return self.State.WITHDRAWN
        if self.retracted_at:
            return self.State.RETRACTED
        return self.State.SCHEDULED if self.publish_at > moment else self.State.PUBLISHED

    @property
    def working_state(self):
        """The state, and for something that is out and being changed how far the changes have come."""
        if self.is_out and self.has_unpublished_changes:
            return self.review
        return str(self.current_state)

    @property
    def has_news(self):
        """Whether the working copy holds anything that readers have not got."""
        return not self.is_out or self.has_unpublished_changes

    @property
    def seal(self):
        """What somebody was looking at who is about to take a step; it changes with every save and every step."""
        facts = [self.revision, self.current_state, self.review, self.released_revision, self.upcoming_id or 0]
        times = [moment.timestamp() if moment else 0 for moment in (self.publish_at, self.upcoming_at)]
        return ":".join(str(fact) for fact in [*facts, *times])

    @property
    def is_out(self):
        """Whether some version of it was given to readers, or will be at a set time."""
        return bool(self.live_id)

    @property
    def plans_withdrawal(self):
        """Whether it is public and will be taken offline at a set time."""
        return bool(self.is_public and self.withdraw_at)

    @property
    def text_needed_revision(self):
        """The revision of this text, as a source, that its translations should be made from."""
        return self.released_revision if self.is_out else self.revision

    @property
    def has_unpublished_changes(self):
        """Whether the working copy was saved after the version that is out (or about to be) was made."""
        return bool(self.live_id) and self.revision > self.released_revision

    @property
    def is_visibly_updated(self):
        """Whether readers are told of a later change: only when it came over 15 minutes after publication."""
        return bool(self.updated_at and (self.updated_at - self.publish_at).total_seconds() > 15 * 60)

    def list_keys(self):
        """Keys of the lists that this edition stands in, for the change log (`publishing.changes`)."""
        return []

    @property
    def search_format(self):
        """As what a search files it: a value of its type's `formats` (`publishing.registry.PublicType`)."""
        return self._meta.get_field("item").related_model._meta.model_name

    @property
    def search_section_id(self):
        """The number of the section that a search files it under, or None."""
        return None

    def get_absolute_url(self):
        """Its address in its own language. The version knows the words, the edition the number."""
        raise NotImplementedError


class Version(models.Model):
    """
    A frozen copy of everything that a reader sees of one item in one language.

    Written once. A second save, and any delete, raises `Version.Immutable`.
    """

    class Immutable(TypeError):
        """Raised when code tries to change or delete a version."""

    class Kind(models.TextChoices):
        SAVE = "save", _("saved")
        RESTORE = "restore", _("restored")
        SUBMISSION = "submission", _("submitted")
        APPROVAL = "approval", _("approved")
        PUBLICATION = "publication", _("publication")
        UPDATE = "update", _("update")
        CORRECTION = "correction", _("correction")
        RETRACTION = "retraction", _("retraction")

    # The kinds that readers have seen, or will. The others are the desk's own record.
    RELEASED = (Kind.PUBLICATION, Kind.UPDATE, Kind.CORRECTION, Kind.RETRACTION)

    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PUBLICATION)
    # Which save of the text it holds (`Edition.revision`).
    revision = models.PositiveIntegerField(default=0)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    # What readers are told of corrections, the newest first: [{"at": ISO 8601 with offset, "note": …}].
    corrections = models.JSONField(default=list, blank=True)
    retraction_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    title = models.CharField(_("title"), max_length=160)
    standfirst = models.TextField(_("standfirst"), blank=True)
    body = HtmlField(_("text"), blank=True)
    # The beginning of the text, made when the version is written: pages never take HTML apart for it.
    summary = models.TextField(blank=True, editable=False)
    slug = models.CharField(_("words in the address"), max_length=80, blank=True)
    seo_title = models.CharField(max_length=160, blank=True)
    seo_description = models.CharField(max_length=200, blank=True)

    objects = VersionQuerySet.as_manager()

    not_frozen = frozenset(
        {
            "id", "edition", "number", "kind", "revision", "note", "corrections", "retraction_note",
            "created_at", "created_by", "summary",
        }
    )  # fmt: skip

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.title} ({self.number})"

    @classmethod
    def frozen_field_names(cls):
        """The fields that `Publishable.frozen_values` fills."""
        return [field.name for field in cls._meta.local_concrete_fields if field.name not in cls.not_frozen]

    @property
    def is_retraction(self):
        return self.kind == self.Kind.RETRACTION

    @property
    def public_corrections(self):
        """(moment, note) of each correction that readers are told of, the newest first."""
        return [(datetime.fromisoformat(entry["at"]), entry["note"]) for entry in self.corrections]

    @property
    def page_title(self):
        return self.seo_title or self.title

    def search_texts(self):
        """What readers see of it besides title, standfirst and text, for searching: plain texts and HTML."""
        return []

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise self.Immutable(f"{self.__class__.__name__} {self.pk} was written and is never changed.")
        self.summary = summary(clean_html(self.body))
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise self.Immutable(f"{self.__class__.__name__} {self.pk} is never deleted.")


class Tag(keys.Noted, TagBase):
    """A topic. It has a page in a language only if it has a name in it and something published carries it."""

    description = models.TextField(
        _("description"), max_length=500, blank=True, help_text=_("A line or two above the list of its articles.")
    )

    found_by = ("name", "description")

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self):
        names = [getattr(self, f"name_{code}", None) for code in [current_language(), *language_codes()]]
        return next((name for name in names if name), "")

    def slugify(self, tag, i=None):
        words = slugify(tag, current_language()) or "tag"
        return words if i is None else f"{words}-{i}"

    def get_absolute_url(self, language=None):
        language = language or current_language()
        words = slugify(getattr(self, f"name_{language}") or "", language)
        return address_in(language, "articles:tag", pk=self.pk, slug=words)


class TaggedItem(GenericTaggedItemBase):
    """Which item carries which tag (working copies; versions keep their own list)."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_items")

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="taggeditem_by_object")]


class LogEntry(models.Model):
    """
    Who did which step, when, to what: appended by `publishing.workflow`, never changed.

    It holds the item's number instead of a foreign key, so that it outlives the item.
    """

    item_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    item_id = models.PositiveBigIntegerField()
    language = models.CharField(_("language"), max_length=8)
    step = models.CharField(_("step"), max_length=30)
    state_from = models.CharField(max_length=12)
    state_to = models.CharField(max_length=12)
    version_number = models.PositiveIntegerField(null=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item_type", "item_id", "-at"], name="logentry_by_item")]
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self):
        return f"{self.step} {self.item_type_id}:{self.item_id} {self.language}"

    @classmethod
    def append(cls, item, step, *, by, **facts):
        """Writes down that `by` (None: the system itself) took a step with `item`, and tells whoever listens."""
        kind = ContentType.objects.get_for_model(item)
        entry = cls.objects.create(item_type=kind, item_id=item.pk, step=step, by=by, **facts)
        step_logged.send(sender=cls, entry=entry, item=item)
        return entry


class Change(models.Model):
    """
    What changed in public, by key and language: the log that caches are checked against.

    A key names a thing that pages are made from (`articles.article:12`) or a
    list of them (`section:3`, `latest`). *Hard*: what it showed is wrong now.
    *Soft*: there is something newer in the list. `at` may lie in the future:
    then the clock will change it.
    """

    language = models.CharField(max_length=8)
    key = models.CharField(max_length=100)
    is_hard = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="change_by_time")]

    def __str__(self):
        return f"{self.language} {self.key}"
