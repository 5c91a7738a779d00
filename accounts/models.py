from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
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

    objects = NewsroomUserManager()

    class Meta(AbstractUser.Meta):
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
