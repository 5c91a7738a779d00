from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from tree_queries.models import OrderableTreeNode

from articles import keys
from articles.querysets import ArticleEditionQuerySet, BylineQuerySet, CategoryQuerySet
from coalition.models import PressConference
from media_library.models import (
    Album,
    Document,
    Illustrated,
    IllustratedVersion,
    Infographic,
    Picture,
    Playlist,
    Video,
)
from media_library.storage import random_name
from media_library.uses import pictures_in_json
from publishing.fields import HtmlField
from publishing.html import pictures_in
from publishing.keys import Noted
from publishing.languages import current_language, language_codes
from publishing.metadata import address_in
from publishing.models import Edition, Publishable, Tag, TaggedItem, Version
from publishing.querysets import OUT, TAKEN_BACK, UNFINISHED
from publishing.slugs import slugify

# Words that stand for themselves below a language (`/en/people/…`): no section may take them.
RESERVED_WORDS = frozenset(
    {
        "a", "accessibility", "archive", "bylines", "contact", "display", "feed", "formats", "keyboard", "media-files",
        "offline", "people", "press-conferences", "search", "structure", "tags",
    }
)  # fmt: skip

OWN_ADDRESS = _("The address “%(path)s” belongs to the site itself. Write other words.")


def is_reserved(path):
    """Whether an address below a language is the site's own: one of its words, or the feed of a list."""
    return path in RESERVED_WORDS or path.endswith(("/feed", "/feed/atom"))


class Category(OrderableTreeNode):
    """
    A section of the site. It exists in the languages in which it has a name.

    `path` is its address in each language, parents included; it is worked out
    when the section or one of its parents is saved.
    """

    class Layout(models.TextChoices):
        NEWS = "news", _("news: cards with pictures")
        PRESS = "press", _("press releases: rows with dates")
        MEDIA = "media", _("media: videos, galleries, infographics")

    name = models.CharField(_("name"), max_length=80, blank=True)
    slug = models.CharField(
        _("words in the address"), max_length=80, blank=True, help_text=_("Leave empty: they are made from the name.")
    )
    description = models.CharField(_("description"), max_length=200, blank=True)
    path = models.CharField(max_length=200, null=True, editable=False)
    layout = models.CharField(_("layout"), max_length=8, choices=Layout.choices, default=Layout.NEWS)
    is_on_home = models.BooleanField(
        _("has a block on the home page"), default=False, help_text=_("At most four sections are shown there.")
    )
    needs_second_person = models.BooleanField(
        _("needs a second person"),
        default=False,
        help_text=_("Nobody, admins included, can approve here what they wrote or last edited themselves."),
    )

    objects = CategoryQuerySet.as_manager()

    class Meta(OrderableTreeNode.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self):
        names = [getattr(self, f"name_{code}") for code in [current_language(), *language_codes()]]
        return next((name for name in names if name), _("Untitled no. %(id)s") % {"id": self.pk or "—"})

    def clean(self):
        super().clean()
        errors = {}
        for language in language_codes():
            path = self.path_in(language)
            if path is None:
                if self._holds_published(language):
                    errors[f"name_{language}"] = _(
                        "Articles are public in this section in this language: it needs a name here."
                    )
                continue
            if is_reserved(path):
                errors[f"slug_{language}"] = OWN_ADDRESS % {"path": path}
            elif Category.objects.filter(**{f"path_{language}": path}).exclude(pk=self.pk).exists():
                errors[f"slug_{language}"] = _("Another section has the address “%(path)s”. Write other words.") % {
                    "path": path
                }
        if errors:
            raise ValidationError(errors)

    def _holds_published(self, language):
        """Whether articles stand under its address in `language`, its own or those of sections below it."""
        if not self.pk:
            return False
        below = self.with_descendants_ids()
        return ArticleEdition.objects.filter(language=language, live__isnull=False, category__in=below).exists()

    def path_in(self, language):
        """Its address in `language`, parents included; None if it, or a parent, has no name there."""
        name = getattr(self, f"name_{language}")
        if not name:
            return None
        words = slugify(getattr(self, f"slug_{language}") or name, language)
        if self.parent is None:
            return words
        above = self.parent.path_in(language)
        return f"{above}/{words}" if above else None

    def save(self, *args, **kwargs):
        for language in language_codes():
            setattr(self, f"path_{language}", self.path_in(language))
        super().save(*args, **kwargs)
        for child in self.children.all():
            child.parent = self
            child.save()

    def with_descendants_ids(self):
        return [category.pk for category in self.descendants(include_self=True)]

    def get_absolute_url(self, language=None):
        """Its page in `language` (default: the page's), or None where it has no name."""
        language = language or current_language()
        path = getattr(self, f"path_{language}")
        if not path:
            return None
        return address_in(language, "pages:at-path", path=path)


class Byline(Noted):
    """
    Who wrote it, as readers see it. Never an account.

    One that is withdrawn shows nowhere in public, whatever versions it stands
    in: see `articles.workflow.withdraw_byline`.
    """

    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=120, blank=True)
    about = models.CharField(_("about"), max_length=400, blank=True)
    portrait = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("portrait")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = BylineQuerySet.as_manager()

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")

    def __str__(self):
        names = [getattr(self, f"name_{code}") for code in [current_language(), *language_codes()]]
        return next((name for name in names if name), "")

    @property
    def is_shown(self):
        """Whether readers of the page's language may see it."""
        return bool(self.name) and self.withdrawn_at is None

    def get_absolute_url(self, language=None):
        language = language or current_language()
        words = slugify(getattr(self, f"name_{language}") or "", language)
        return address_in(language, "articles:byline", pk=self.pk, slug=words)


class Article(Illustrated, Publishable):
    """What staff edit: one story in all its languages, in one of several formats."""

    class Format(models.TextChoices):
        TEXT = "text", _("text")
        VIDEO = "video", _("video")
        GALLERY = "gallery", _("photo gallery")
        INFOGRAPHIC = "infographic", _("infographic")
        DOCUMENT = "document", _("document")
        PLAYLIST = "playlist", _("playlist")
        PRESS_CONFERENCE = "press_conference", _("press conference")

    # Format → the field that holds its medium.
    MEDIUM_FIELDS = {
        Format.VIDEO: "video",
        Format.GALLERY: "album",
        Format.INFOGRAPHIC: "infographic",
        Format.DOCUMENT: "document",
        Format.PLAYLIST: "playlist",
        Format.PRESS_CONFERENCE: "press_conference",
    }

    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", verbose_name=_("section"), help_text=_("Where readers find it.")
    )
    format = models.CharField(_("format"), max_length=16, choices=Format.choices, default=Format.TEXT)
    video = models.ForeignKey(Video, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("video"))
    album = models.ForeignKey(Album, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("album"))
    infographic = models.ForeignKey(
        Infographic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("infographic")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    playlist = models.ForeignKey(
        Playlist, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("playlist")
    )
    press_conference = models.ForeignKey(
        PressConference, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("press conference")
    )
    source = models.CharField(_("source"), max_length=160, blank=True, help_text=_("Where it comes from, for readers."))
    dateline = models.CharField(
        _("dateline"), max_length=80, blank=True, help_text=_("The place that the text is written from: “Istanbul”.")
    )
    share_quotes = models.TextField(
        _("quotes for sharing"),
        max_length=1200,
        blank=True,
        help_text=_(
            "One on each line, word for word as it stands in the text, at most three. "
            "Each gets a picture and an address of its own for social networks."
        ),
    )
    reference = models.CharField(
        _("reference number"),
        max_length=40,
        blank=True,
        help_text=_("Leave empty: a press release gets the next number of its year when it is first published."),
    )
    related = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="+",
        verbose_name=_("related articles"),
        help_text=_("At most three. Without any, those that share topics and section are shown."),
    )
    bylines = models.ManyToManyField(Byline, blank=True, related_name="+", verbose_name=_("bylines"))
    tags = TaggableManager(
        through=TaggedItem, blank=True, verbose_name=_("tags"), help_text=_("Topics that it belongs to.")
    )

    found_by = (*Publishable.found_by, "dateline", "source", "reference")

    class Meta(Publishable.Meta):
        ordering = ["-pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=~models.Q(reference=""),
                name="article_reference",
                violation_error_message=_("Another article has this reference number. Write another one."),
            )
        ]

    @property
    def medium(self):
        """What its format asks for (a video, an album, a document …), or None."""
        field = self.MEDIUM_FIELDS.get(self.format)
        return getattr(self, field) if field else None

    @property
    def needs_second_person(self):
        """Whether its section, or one above it, is marked so."""
        category = self.category
        while category is not None:
            if category.needs_second_person:
                return True
            category = category.parent
        return False

    def required_facts(self):
        # A retraction keeps the number: what was taken back is still quoted by it.
        return {"category": self.category, "format": self.format, "reference": self.reference}

    def prepare_release(self, language, *, at):
        from articles.references import give_reference  # it works with the models of this module

        super().prepare_release(language, at=at)
        give_reference(self, at=at)

    def frozen_related(self, language):
        return list(self.related.order_by("-pk").values_list("pk", flat=True))

    def frozen_media(self, language):
        return self.medium.frozen(language) if self.medium else {}

    def frozen_relations(self, language):
        return {"tags": self.tags.all(), "bylines": self.bylines.all()}

    def check_publishable(self, language):
        super().check_publishable(language)
        self.check_lead_picture(language)
        if not getattr(self.category, f"path_{language}"):
            raise ValidationError({"category": _("This section has no name in this language. Name it first.")})
        if self.format != self.Format.TEXT:
            self._check_medium(language)

    def check_reference(self):
        """Raises `ValidationError` when another article has its reference number."""
        others = Article.objects.filter(reference=self.reference).exclude(pk=self.pk)
        if self.reference and (other := others.first()):
            message = _("The article “%(title)s” has this number. Write another one.")
            raise ValidationError({"reference": message % {"title": other}})

    def _check_medium(self, language):
        field = self.MEDIUM_FIELDS[self.format]
        if self.medium is None:
            raise ValidationError({field: _("An article of this format needs it. Choose one from the media library.")})
        if hasattr(self.medium, "check_complete"):
            try:
                self.medium.check_complete(language)
            except ValidationError as error:
                raise ValidationError({field: error.messages}) from error


class ArticleEdition(Edition):
    """An article in one language."""

    item = models.ForeignKey(Article, models.CASCADE, related_name="editions")
    live = models.ForeignKey("ArticleVersion", models.PROTECT, null=True, related_name="+")
    upcoming = models.ForeignKey("ArticleVersion", models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    format = models.CharField(max_length=16, choices=Article.Format.choices, blank=True)

    objects = ArticleEditionQuerySet.as_manager()

    mirrored_fields = ("category", "format")

    class Meta(Edition.Meta):
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="articleedition_unique")]
        indexes = [
            models.Index(fields=["language", "-publish_at", "-id"], name="articleedition_newest"),
            models.Index(fields=["language", "category", "-publish_at", "-id"], name="articleedition_section"),
            models.Index(fields=["language", "format", "-publish_at", "-id"], name="articleedition_format"),
            # For the desk alone, and named so that no list of readers, which has a language, is read by it.
            models.Index(fields=["-publish_at", "-id"], condition=OUT, name="articleedition_latest"),
            # What waits there, or for the clock, are few among all that was ever published.
            models.Index(fields=["saved_at"], condition=UNFINISHED, name="articleedition_unfinished"),
            models.Index(fields=["saved_at"], condition=Q(review="in_review"), name="articleedition_in_review"),
            models.Index(fields=["publish_at"], condition=Q(state="scheduled"), name="articleedition_scheduled"),
            models.Index(
                fields=["upcoming_at"], condition=Q(upcoming_at__isnull=False), name="articleedition_upcoming"
            ),
            models.Index(fields=["withdraw_at"], condition=Q(withdraw_at__isnull=False), name="articleedition_ending"),
            models.Index(fields=["item"], condition=TAKEN_BACK, name="articleedition_taken_back"),
        ]

    def list_keys(self):
        version = self.version
        if version is None:  # a plan that was given up
            return []
        return [
            keys.of_section(self.category_id),
            keys.of_format(self.format),
            keys.of_year(self.publish_at),
            *map(keys.of_tag, version.tag_ids),
            *map(keys.of_byline, version.byline_ids),
        ]

    @property
    def search_format(self):
        return self.version.format

    @property
    def search_section_id(self):
        return self.version.category_id

    def get_absolute_url(self):
        version = self.version
        section = getattr(version.category, f"path_{self.language}")
        return address_in(self.language, "articles:detail", section=section, pk=self.item_id, slug=version.slug)


class ArticleVersion(IllustratedVersion, Version):
    """What readers see of an article, frozen. `media` holds its medium (a video, an album …) as it was."""

    edition = models.ForeignKey(ArticleEdition, models.PROTECT, related_name="versions")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    format = models.CharField(max_length=16, choices=Article.Format.choices)
    media = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=160, blank=True)
    dateline = models.CharField(max_length=80, blank=True)
    share_quotes = models.TextField(blank=True)
    reference = models.CharField(max_length=40, blank=True)
    # The numbers of the articles that were chosen to stand beside it.
    related = models.JSONField(default=list, blank=True)
    tags = models.ManyToManyField(Tag, related_name="+")
    bylines = models.ManyToManyField(Byline, related_name="+")

    # Pictures that may not be shown on this page; see `media_library.pictures.give_pictures`.
    hidden_pictures = frozenset()

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="articleversion_unique")]

    @property
    def shown_bylines(self):
        """Who wrote it, as far as readers may know, and in the page's language. The version keeps all of them."""
        return [byline for byline in self.bylines.all() if byline.is_shown]

    @cached_property
    def carried(self):
        """
        What belongs to it, whoever may see it: kind ("tag", "byline", "card") → {place: what}. One query.

        Tags and bylines are numbers, cards the paths of its pictures for social networks by the number of their quote.
        """
        rows = [
            links.values_list(Value(kind), place, Cast(what, CharField()))
            for kind, links, place, what in (
                ("tag", self.tags.through.objects.filter(articleversion=self), "pk", "tag"),
                ("byline", self.bylines.through.objects.filter(articleversion=self), "pk", "byline"),
                ("card", self.social_cards.all(), "quote", "path"),
            )
        ]
        found = {"tag": {}, "byline": {}, "card": {}}
        for kind, place, what in sorted(rows[0].union(*rows[1:], all=True)):
            found[kind][place] = what
        return found

    @property
    def tag_ids(self):
        """The numbers of its tags, in their order."""
        return [int(number) for number in self.carried["tag"].values()]

    @property
    def byline_ids(self):
        """The numbers of its bylines, in their order, whoever may see them."""
        return [int(number) for number in self.carried["byline"].values()]

    @property
    def cards(self):
        """Number of a quote → path of its picture for social networks; 0 is that of the article itself."""
        return self.carried["card"]

    @property
    def quotes(self):
        """The quotes that were marked for sharing."""
        return [line.strip() for line in self.share_quotes.splitlines() if line.strip()]

    @property
    def photos(self):
        """The pictures of its gallery that may be shown, as they were frozen."""
        return [photo for photo in self.media.get("pictures", []) if photo["picture"] not in self.hidden_pictures]

    def search_texts(self):
        bylines = [byline.name for byline in self.shown_bylines]
        return [*bylines, self.dateline, self.source, self.reference, *_texts_in(self.media)]

    @property
    def card_picture_id(self):
        """The lead picture; without one, what its medium shows first."""
        media = self.media
        posters = [media.get("poster"), *(video["poster"] for video in media.get("videos", []))]
        others = [media.get("cover"), media.get("picture"), *media.get("pictures", [])]
        medium = next(filter(None, [*posters, *others]), {})
        return self.lead_picture_id or medium.get("picture")

    @property
    def picture_ids(self):
        """The numbers of all pictures that its page shows."""
        return [self.lead_picture_id, *pictures_in_json(self.media), *pictures_in(self.body)]


# What readers see of a medium as text, wherever it stands in what was frozen of it.
_TEXTS_OF_MEDIA = frozenset(
    {"title", "alt", "caption", "transcript", "alternative", "data_table", "place", "name", "other_speakers"}
)


def _texts_in(media):
    """All texts of a frozen medium and of what is in it: of an album's pictures, of a playlist's videos."""
    if isinstance(media, list):
        return [text for one in media for text in _texts_in(one)]
    if not isinstance(media, dict):
        return []
    own = [media[name] for name in sorted(_TEXTS_OF_MEDIA & media.keys()) if media[name]]
    return own + [text for value in media.values() for text in _texts_in(value)]


class ReferenceSeries(models.Model):
    """The last number that was given to a press release in one year; see `articles.references`."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "reference series"

    def __str__(self):
        return f"{self.year}: {self.last}"


class TopicPage(Noted):
    """What the page of a topic shows above its list: an introduction and a picture."""

    tag = models.OneToOneField(Tag, models.CASCADE, related_name="topic_page", verbose_name=_("tag"))
    introduction = HtmlField(_("introduction"), blank=True, help_text=_("What readers should know of this topic."))
    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )

    class Meta:
        verbose_name = _("topic page")
        verbose_name_plural = _("topic pages")

    def __str__(self):
        return str(self.tag)


class SocialCard(models.Model):
    """
    The picture that social networks show of one version, 1200 × 630 pixels; see `articles.social_cards`.

    `quote` is the number of the quote that it shows, from 1; 0 for the card of
    the article itself.
    """

    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="social_cards")
    quote = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=200)
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "quote"], name="socialcard_unique")]

    width, height = 1200, 630

    def __str__(self):
        return self.path

    @property
    def url(self):
        return default_storage.url(self.path)


class Origin(models.Model):
    """
    What this installation is called in the ids of what was written here (docs/article-format.md). One row.

    It stays the same for ever: whoever has a file knows by it what is in it already.
    """

    name = models.CharField(max_length=20, default=random_name)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.name


class KnownAs(models.Model):
    """
    The id that an article, or what belongs to one, has in the files that `import_articles` took it from.

    Of an article there is the digest of the line that it was last taken from,
    and when: what was done to it here since then is not written over.
    """

    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_type", "key"], name="knownas_unique")]
        indexes = [models.Index(fields=["item_type", "item_id"], name="knownas_by_item")]
        default_permissions = ()

    def __str__(self):
        return self.key
