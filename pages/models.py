from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from tree_queries.models import OrderableTreeNode

from articles.models import OWN_ADDRESS, Article, Category, is_reserved
from coalition.models import Body
from media_library.models import Illustrated, IllustratedVersion
from pages.querysets import BreakingLineQuerySet
from publishing.languages import current_language, language_choices, language_codes
from publishing.metadata import address_in
from publishing.models import Edition, Publishable, Version

# The list of all pages in the change log.
PAGES = "pages"


class Page(Illustrated, Publishable):
    """A page that stands for itself, such as Mission and Goals. Its address is its parent's and its own words."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Publishable.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def frozen_path(self, language):
        own = self.frozen_slug(language)
        return f"{self.parent.frozen_path(language)}/{own}" if self.parent_id else own

    def clean(self):
        super().clean()
        ancestor = self.parent
        while ancestor is not None:
            if ancestor.pk == self.pk:
                raise ValidationError({"parent": _("A page cannot belong to itself or to a page below it.")})
            ancestor = ancestor.parent

    def check_publishable(self, language):
        super().check_publishable(language)
        self.check_lead_picture(language)
        path = self.frozen_path(language)
        if is_reserved(path):
            raise ValidationError({f"slug_{language}": OWN_ADDRESS % {"path": path}})
        is_taken = (
            PageEdition.objects.filter(language=language, live__path=path).exclude(item=self).exists()
            or Category.objects.filter(**{f"path_{language}": path}).exists()
        )
        if is_taken:
            raise ValidationError(
                {
                    f"slug_{language}": _("Another page has the address “%(slug)s”. Write other words here.")
                    % {"slug": path}
                }
            )


class PageEdition(Edition):
    """A page in one language."""

    item = models.ForeignKey(Page, models.CASCADE, related_name="editions")
    live = models.ForeignKey("PageVersion", models.PROTECT, null=True, related_name="+")
    upcoming = models.ForeignKey("PageVersion", models.PROTECT, null=True, related_name="+")

    class Meta(Edition.Meta):
        constraints = [models.UniqueConstraint(fields=["item", "language"], name="pageedition_unique")]
        indexes = [models.Index(fields=["language", "-publish_at"], name="pageedition_newest")]

    def list_keys(self):
        return [PAGES]

    def get_absolute_url(self):
        return address_in(self.language, "pages:at-path", path=self.version.path)


class PageVersion(IllustratedVersion, Version):
    """What readers see of a page, frozen, with the address that it had."""

    edition = models.ForeignKey(PageEdition, models.PROTECT, related_name="versions")
    path = models.CharField(max_length=300)

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="pageversion_unique")]
        indexes = [models.Index(fields=["path"], name="pageversion_path")]


class MenuItem(OrderableTreeNode):
    """
    An entry of the main or the footer menu.

    It leads to one thing and takes its name from it unless it has a label of
    its own. Where its target does not exist in a language, readers of that
    language do not see it.
    """

    class Menu(models.TextChoices):
        MAIN = "main", _("main menu")
        FOOTER = "footer", _("footer")

    class Place(models.TextChoices):
        NONE = "", "—"
        HOME = "home", _("home page")
        STRUCTURE = "structure", _("coalition structure")
        REPRESENTATIVES = "representatives", _("representatives")

    menu = models.CharField(_("menu"), max_length=8, choices=Menu.choices, default=Menu.MAIN)
    label = models.CharField(
        _("label"),
        max_length=60,
        blank=True,
        help_text=_("Only if it should differ from the name of what it leads to."),
    )
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("section")
    )
    page = models.ForeignKey(Page, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("page"))
    body = models.ForeignKey(Body, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("body"))
    place = models.CharField(_("place on the site"), max_length=16, choices=Place.choices, blank=True)
    url = models.URLField(_("address elsewhere"), blank=True)

    class Meta(OrderableTreeNode.Meta):
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu entries")

    def __str__(self):
        return self.own_label or str(self.target or self.get_place_display() or self.url)

    @property
    def own_label(self):
        labels = [getattr(self, f"label_{code}") for code in [current_language(), *language_codes()]]
        return next((label for label in labels if label), "")

    @property
    def target(self):
        return self.category or self.page or self.body

    def clean(self):
        super().clean()
        targets = [self.category_id, self.page_id, self.body_id, self.place, self.url]
        if sum(bool(target) for target in targets) > 1:
            raise ValidationError(_("A menu entry leads to one thing. Leave the other fields empty."))
        if not any(targets) and not self.own_label:
            raise ValidationError(_("Choose what the entry leads to, or give it a label as the heading of a group."))


class HomeSlot(models.Model):
    """
    A place on the home page that an editor filled, in one language.

    Position 1 is the lead, 2 and 3 stand beside it. An article that is not
    published in that language leaves its place to the newest.
    """

    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    position = models.PositiveSmallIntegerField(
        _("place"), choices=[(1, _("lead story")), (2, _("second story")), (3, _("third story"))]
    )
    article = models.ForeignKey(Article, models.CASCADE, related_name="+", verbose_name=_("article"))

    class Meta:
        ordering = ["language", "position"]
        verbose_name = _("place on the home page")
        verbose_name_plural = _("places on the home page")
        constraints = [
            models.UniqueConstraint(
                fields=["language", "position"],
                name="homeslot_one_per_place",
                violation_error_message=_("This place is filled already. Change that entry instead."),
            )
        ]

    def __str__(self):
        return f"{self.get_language_display()} – {self.get_position_display()}"


class BreakingLine(models.Model):
    """The line above everything while something is happening. It goes by itself when its time is over."""

    text = models.CharField(_("text"), max_length=160, blank=True)
    article = models.ForeignKey(
        Article,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("Where the line leads, in the languages in which it is published."),
    )
    ends_at = models.DateTimeField(_("ends at"))

    objects = BreakingLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("breaking news")
        verbose_name_plural = _("breaking news")

    def __str__(self):
        texts = [getattr(self, f"text_{code}") for code in [current_language(), *language_codes()]]
        return next((text for text in texts if text), "")

    def clean(self):
        super().clean()
        if not any(getattr(self, f"text_{code}") for code in language_codes()):
            raise ValidationError(_("Write the line in at least one language."))


class SiteSettings(models.Model):
    """What the site calls itself, in each language. There is one row."""

    name = models.CharField(_("name of the site"), max_length=80)
    department = models.CharField(_("line under the name"), max_length=80, blank=True)
    description = models.CharField(_("description for search engines"), max_length=200, blank=True)
    about = models.TextField(_("about us, in the footer"), max_length=500, blank=True)
    copyright = models.CharField(_("copyright holder"), max_length=120, blank=True)
    press_email = models.EmailField(_("press office's e-mail address"), blank=True)
    social_accounts = models.TextField(
        _("accounts on social networks"),
        max_length=1000,
        blank=True,
        help_text=_(
            "One address on each line, such as https://t.me/… Search engines are told, and the footer leads there."
        ),
    )
    accessibility_contact = models.EmailField(
        _("e-mail address for accessibility"),
        blank=True,
        help_text=_("Where readers report barriers. Without one, the press office's is shown."),
    )
    # Key → language → words: what staff wrote in place of the interface's own; see `pages.texts`.
    texts = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="sitesettings_one_row")]

    def __str__(self):
        return str(_("Site settings"))

    @property
    def shown_name(self):
        """What the site calls itself in the page's language, also before anybody has named it."""
        return self.name or gettext("Newsroom")

    @classmethod
    def current(cls):
        """The one row as readers' pages need it: as long as nobody has stored it, an empty one."""
        return cls.objects.first() or cls()

    @classmethod
    def load(cls):
        """The one row, made on first use."""
        row, _created = cls.objects.get_or_create(pk=1)
        return row


class Redirect(models.Model):
    """
    Leads readers from an address that nothing has any more to where it is now.

    `source` is a path of this site without the language; it holds for one
    language or, without one, for all. An exact one is compared as it is; in a
    pattern `*` stands for any words, and `*` in the target for the same words.
    """

    class Kind(models.TextChoices):
        EXACT = "exact", _("this very address")
        PATTERN = "pattern", _("a pattern, with * for any words")

    language = models.CharField(_("language"), max_length=8, choices=language_choices, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.EXACT)
    source = models.CharField(
        pgettext_lazy("of a redirect", "from"),
        max_length=500,
        help_text=_("What follows the language in the address: “old-section/page”."),
    )
    target = models.CharField(
        pgettext_lazy("of a redirect", "to"),
        max_length=500,
        help_text=_("What follows the language, or a whole address that begins with https://."),
    )
    is_automatic = models.BooleanField(_("made by the site"), default=False, editable=False)
    hits = models.PositiveIntegerField(pgettext_lazy("of redirects", "used"), default=0, editable=False)
    last_hit_at = models.DateTimeField(_("last used"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "language"],
                name="redirect_unique",
                violation_error_message=_("There is a redirect from this address already. Change that one instead."),
            )
        ]
        indexes = [models.Index(fields=["kind"], name="redirect_kind")]

    def __str__(self):
        # Addresses read from left to right, whatever language the page around them has.
        return f"\u2066{self.source} → {self.target}\u2069"


class MissedAddress(models.Model):
    """An address that readers asked for and nothing has, with how often. Nothing is kept of who asked."""

    path = models.CharField(_("address"), max_length=500, unique=True)
    hits = models.PositiveIntegerField(_("asked for"), default=0)
    first_at = models.DateTimeField(_("first asked for"), default=timezone.now)
    last_at = models.DateTimeField(_("last asked for"), default=timezone.now)

    class Meta:
        verbose_name = _("missed address")
        verbose_name_plural = _("missed addresses")
        default_permissions = ("view", "delete")
        indexes = [models.Index(fields=["-hits", "-last_at"], name="missedaddress_most")]

    def __str__(self):
        return self.path


class ContactTopic(models.Model):
    """What readers may write to the press office about, and who of the staff reads it."""

    name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("What readers choose: “Interview request”.")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    email = models.EmailField(
        _("e-mail address"), blank=True, help_text=_("Where messages go. Without one, the press office's is used.")
    )
    receivers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("receivers"),
        help_text=_("Only these people can read the messages here. They are told by e-mail."),
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("topic of messages")
        verbose_name_plural = _("topics of messages")

    def __str__(self):
        names = [getattr(self, f"name_{code}") for code in [current_language(), *language_codes()]]
        return next((name for name in names if name), "")


class ContactMessage(models.Model):
    """What a reader wrote to the press office. Its topic's receivers read it, nobody else."""

    topic = models.ForeignKey(ContactTopic, models.PROTECT, related_name="messages", verbose_name=_("topic"))
    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail address"))
    organisation = models.CharField(_("medium or organisation"), max_length=120, blank=True)
    text = models.TextField(_("message"), max_length=5000)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ("view", "change", "delete")
        indexes = [models.Index(fields=["topic", "-sent_at"], name="contactmessage_newest")]

    def __str__(self):
        # Logs hold what rows are called: nothing of a message and its sender belongs there.
        return f"{self._meta.verbose_name} {self.pk}"
