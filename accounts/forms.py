from django.contrib.admin.forms import AdminAuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AdminAuthenticationForm):
    """Signs staff in by user name or e-mail address."""

    error_messages = AdminAuthenticationForm.error_messages | {
        "invalid_login": _(
            "No account with this user name or e-mail address and this password may sign in here. "
            "Check both and try again."
        ),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or e-mail address")
        self.fields["username"].widget.attrs["dir"] = "ltr"
        self.fields["password"].widget.attrs["dir"] = "ltr"
        # Somebody may sign in with an address, which is longer than a user name.
        self.fields["username"].widget.attrs["maxlength"] = 254
