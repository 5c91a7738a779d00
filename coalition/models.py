from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.querysets import BodyEditionQuerySet, MandateQuerySet
from media_library.models import Document, Illustrated, IllustratedVersion, LibraryItem, Video
from publishing.clock import now
from publishing.fields import HtmlField
from publishing.languages import current_language
from publishing.metadata import address_in
from publishing.models import Edition, Publishable, Tag, Version

# The list of all bodies and people, and who sits where, in the change log.
STRUCTURE = "coalition"


class Body(Illustrated, Publishable):
    """An organ or a part of the coalition. Its `title` is its name, its `body` what it does."""

    class Kind(models.TextChoices):
        ORGAN = "organ", _("organ")
        ASSEMBLY = "assembly", _("assembly, with a filter of its members")
        DIRECTORY = "directory", _("directory of other bodies")
        COMMITTEE = "committee", _("committee")
        COMPONENT = "component", _("component")
        INSTITUTION = "institution", _("institution")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ORGAN)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
        help_text=_("Empty for the bodies that have a tab on every structure page."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    sessions_held = models.PositiveIntegerField(_("sessions held"), null=True, blank=True)

    class Meta(Publishable.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("body")
        verbose_name_plural = _("bodies")

    def check_publishable(self, language):
        super().check_publishable(language)
        self.check_lead_picture(language)
        _refuse_taken_slug(self, BodyEdition, language)

    def clean(self):
        super().clean()
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A body cannot belong to itself.")})


class BodyEdition(Edition):
    """A body in one language."""

    item = models.ForeignKey(Body, models.CASCADE, related_name="editions")
    live = models.ForeignKey("BodyVersion", models.PROTECT, null=True, related_name="+")
    upcoming = models.ForeignKey("BodyVersion", models.PROTECT, null=True, related_name="+")

    objects = BodyEditionQuerySet.as_manager()

    class Meta(Edition.Meta):
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="bodyedition_unique")]
        indexes = [models.Index(fields=["language", "-publish_at"], name="bodyedition_newest")]

    def list_keys(self):
        return [STRUCTURE]

    def get_absolute_url(self):
        return address_in(self.language, "coalition:body", slug=self.version.slug)


class BodyVersion(IllustratedVersion, Version):
    """What readers see of a body, frozen."""

    edition = models.ForeignKey(BodyEdition, models.PROTECT, related_name="versions")
    sessions_held = models.PositiveIntegerField(null=True, blank=True)

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="bodyversion_unique")]
        indexes = [models.Index(fields=["slug"], name="bodyversion_slug")]


class Person(Illustrated, Publishable):
    """A member of the coalition. `title` is the name, `standfirst` a line on them, `body` the biography."""

    tag = models.ForeignKey(
        Tag,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tag"),
        help_text=_("News with this tag is listed on the person's page."),
    )

    class Meta(Publishable.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def frozen_lead_text(self, language):
        # The page says whose portrait it is: the name is its alternative text.
        return super().frozen_lead_text(language) | {"alt": self.text_in("title", language)}


class PersonEdition(Edition):
    """A person in one language."""

    item = models.ForeignKey(Person, models.CASCADE, related_name="editions")
    live = models.ForeignKey("PersonVersion", models.PROTECT, null=True, related_name="+")
    upcoming = models.ForeignKey("PersonVersion", models.PROTECT, null=True, related_name="+")

    class Meta(Edition.Meta):
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="personedition_unique")]
        indexes = [models.Index(fields=["language", "-publish_at"], name="personedition_newest")]

    def list_keys(self):
        return [STRUCTURE]

    def get_absolute_url(self):
        return address_in(self.language, "coalition:person", pk=self.item_id, slug=self.version.slug)


class PersonVersion(IllustratedVersion, Version):
    """What readers see of a person, frozen."""

    edition = models.ForeignKey(PersonEdition, models.PROTECT, related_name="versions")
    tag = models.ForeignKey(Tag, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="personversion_unique")]


class Mandate(models.Model):
    """A person's seat in a body, with a role, for a time. Shown where both are published."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mandates", verbose_name=_("person"))
    body = models.ForeignKey(Body, models.CASCADE, related_name="mandates", verbose_name=_("body"))
    role = models.CharField(
        _("role"), max_length=120, blank=True, help_text=_("Such as President or Coordinator; empty for a member.")
    )
    position = models.PositiveIntegerField(
        _("position"), default=1000, help_text=_("The leadership has small numbers and is shown first.")
    )
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True) | Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="mandate_ends_after_it_starts",
                violation_error_message=_("The mandate ends before it starts. Check both dates."),
            )
        ]
        indexes = [models.Index(fields=["body", "position"], name="mandate_by_body")]

    def __str__(self):
        return f"{self.person} – {self.body}"

    @property
    def is_current(self):
        """Whether it is held today, as `MandateQuerySet.current` says."""
        today = timezone.localdate(now())
        return (self.started_on or today) <= today <= (self.ended_on or today)


class Representative(models.Model):
    """Who speaks for the coalition in a country, and how to reach them. Shown where the person is published."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="representations", verbose_name=_("person"))
    country = models.CharField(_("country"), max_length=80)
    role = models.CharField(_("role"), max_length=120, blank=True)
    office = models.CharField(
        _("office"), max_length=200, blank=True, help_text=_("Address, or how to make an appointment.")
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")

    def __str__(self):
        return f"{self.country} – {self.person}"


def _refuse_taken_slug(item, edition_model, language):
    """Two bodies may not have the same address: raises `ValidationError` on the words in the address."""
    slug = item.frozen_slug(language)
    others = edition_model.objects.filter(language=language, live__slug=slug).exclude(item=item)
    if others.exists():
        raise ValidationError(
            {f"slug_{language}": _("Another page has the address “%(slug)s”. Write other words here.") % {"slug": slug}}
        )


def structure_url(language=None):
    """The address of the structure hub."""
    return address_in(language or current_language(), "coalition:structure")


class PressConference(LibraryItem):
    """
    A press conference: when and where, who speaks, how to follow it, and what is left of it.

    An article of the format "press conference" shows it. Its state follows
    the clock of the reader's moment, unless staff set another.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        LIVE = "live", _("live")
        RECORDED = "recorded", _("over")
        CANCELLED = "cancelled", _("cancelled")

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    set_state = models.CharField(
        _("state"),
        max_length=9,
        choices=State.choices,
        blank=True,
        help_text=_("Leave empty: it is announced, live and over by the clock. Set it when the day went otherwise."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    speakers = models.ManyToManyField(
        Person, through="Speaker", related_name="press_conferences", verbose_name=_("speakers")
    )
    other_speakers = models.CharField(
        _("other speakers"), max_length=300, blank=True, help_text=_("Guests who are not in the coalition's structure.")
    )
    stream_url = models.URLField(_("address of the live stream"), blank=True)
    recording = models.ForeignKey(
        Video, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recording")
    )
    transcript = HtmlField(_("transcript"), blank=True)
    documents = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("documents"))

    found_by = ("name", "place", "other_speakers", "transcript")

    class Meta(LibraryItem.Meta):
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("press conference")
        verbose_name_plural = _("press conferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="press_conference_ends_after_it_begins",
                violation_error_message=_("The press conference ends before it begins. Check both times."),
            )
        ]

    def clean(self):
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The press conference ends before it begins. Check both times.")})
        if self.stream_url and not self.stream_url.lower().startswith("https://"):
            raise ValidationError({"stream_url": _("This address is not secure. Use one that begins with https://.")})

    @classmethod
    def state_of(cls, starts_at, ends_at, set_state):
        """The state at the moment that pages are made for: the one that staff set, or else what the clock says."""
        if set_state:
            return cls.State(set_state)
        moment = now()
        if moment < starts_at:
            return cls.State.ANNOUNCED
        return cls.State.LIVE if moment < ends_at else cls.State.RECORDED

    @property
    def state(self):
        return self.state_of(self.starts_at, self.ends_at, self.set_state)

    def check_complete(self, language):
        """
        Raises `ValidationError` unless it can be shown in `language`.

        It needs a place or a stream, and somebody who speaks; every speaker
        needs a name there, and a recording all that a video needs.
        """
        problems = [*self._missing_facts(language), *self._nameless_speakers(language)]
        if problems:
            raise ValidationError(problems)
        if self.recording:
            self.recording.check_complete(language)

    def _missing_facts(self, language):
        if not getattr(self, f"place_{language}") and not self.stream_url:
            yield _("The press conference has no place in this language and no stream. Add one of them.")
        if not getattr(self, f"other_speakers_{language}") and not self.speaker_entries.exists():
            yield _("The press conference has no speakers in this language. Add those who speak.")

    def _nameless_speakers(self, language):
        for entry in self.speaker_entries.select_related("person"):
            if not entry.person.text_in("title", language):
                message = _("The speaker “%(name)s” has no name in this language. Write it in the form of the person.")
                yield message % {"name": entry.person}

    def frozen(self, language):
        speakers = self.speaker_entries.select_related("person")
        recording = self.recording.frozen(language) if self.recording else {}
        return {
            "press_conference": self.pk,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "set_state": self.set_state,
            "place": getattr(self, f"place_{language}") or "",
            "speakers": [{"person": one.person_id, "name": one.person.text_in("title", language)} for one in speakers],
            "other_speakers": getattr(self, f"other_speakers_{language}") or "",
            "stream_url": self.stream_url,
            "recording": recording,
            "transcript": getattr(self, f"transcript_{language}") or recording.get("transcript", ""),
            "documents": [one.frozen(language) for one in self.documents.all() if one.file_in(language)],
        }


class Speaker(models.Model):
    """Somebody who speaks at a press conference, in the order of speaking."""

    press_conference = models.ForeignKey(PressConference, models.CASCADE, related_name="speaker_entries")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        constraints = [models.UniqueConstraint(fields=["press_conference", "person"], name="speaker_once")]

    def __str__(self):
        return str(self.person)
