from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.languages import interface_language_choices


class NewsroomUserManager(UserManager):
    """Finds people by what they type: a user name or an e-mail address, in any case."""

    def get_by_natural_key(self, username):
        """
        The account whose user name or e-mail address this is.

        A user name never contains "@" (see `User.username`), so what is typed
        can only ever mean one account.

        Raises `User.DoesNotExist`.
        """
        field = "email__iexact" if "@" in username else "username__iexact"
        return self.get(**{field: username})


class User(AbstractUser):
    """
    Somebody who works in the admin. Readers have no account.

    An account never appears in public: a byline is a record of its own.
    """

    first_name = None
    last_name = None

    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        help_text=_("Latin letters, digits and . _ - only. You can sign in with it or with the e-mail address."),
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9._-]+\Z",
                _("Use only Latin letters, digits, full stops, hyphens and underscores."),
            )
        ],
        error_messages={"unique": _("This user name is taken. Choose another one.")},
    )
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Another account already has this e-mail address.")},
    )
    display_name = models.CharField(
        _("display name"),
        max_length=100,
        blank=True,
        help_text=_("How colleagues see you. It is never shown to readers."),
    )
    interface_language = models.CharField(
        _("interface language"),
        max_length=8,
        choices=interface_language_choices,
        default="en",
        help_text=_("The language of menus, buttons and messages in the admin."),
    )

    # Counts how often all its sessions were ended: a cookie of an earlier count never works again.
    sessions_generation = models.PositiveIntegerField(default=0, editable=False)

    objects = NewsroomUserManager()

    class Meta(AbstractUser.Meta):
        # Accounts are deactivated, not deleted: what somebody wrote keeps its author.
        default_permissions = ("add", "change", "view", "undo")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_in_any_case",
                violation_error_message=_("This user name is taken. Choose another one."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("Another account already has this e-mail address."),
            ),
        ]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        return self.display_name or self.username

    def get_short_name(self):
        return self.get_full_name()

    def _get_session_auth_hash(self, secret=None):
        """What a session must carry: it ends with the password, and with the count of `sessions_generation`."""
        facts = f"{self.sessions_generation}:{self.password}"
        return salted_hmac("accounts.User.session", facts, secret=secret, algorithm="sha256").hexdigest()


class RoleAssignment(models.Model):
    """
    What somebody does here: a role, everywhere or in one language or section only.

    What each role may do is one table, `accounts.roles.PERMISSIONS`. A section
    counts with all that is below it.
    """

    class Role(models.TextChoices):
        REPORTER = "reporter", _("reporter")
        TRANSLATOR = "translator", _("translator")
        EDITOR = "editor", _("editor")
        PUBLISHER = "publisher", _("publisher")
        ADMIN = "admin", _("admin")

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=interface_language_choices,
        null=True,
        blank=True,
        help_text=_("Empty: in all languages."),
    )
    category = models.ForeignKey(
        "articles.Category",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("section"),
        help_text=_("Empty: in all sections. A section counts with all that is below it."),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role="admin") | models.Q(language=None, category=None),
                name="roleassignment_admin_is_everywhere",
                violation_error_message=_("An admin is one everywhere: leave language and section empty."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "language", "category"],
                name="roleassignment_once",
                nulls_distinct=False,
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"

    @property
    def is_everywhere(self):
        """Whether neither a language nor a section limits it."""
        return self.language is None and self.category_id is None

    def covers(self, language, sections):
        """
        Whether it counts in `language` and for a thing in any of `sections` (numbers, a section's parents included).

        None for either asks for everywhere: there an assignment with a limit does not count.
        """
        in_language = self.language is None or self.language == language
        in_section = self.category_id is None or (sections is not None and self.category_id in sections)
        return in_language and in_section
