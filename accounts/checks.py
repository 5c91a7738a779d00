"""What `manage.py check` says about accounts."""

from django.conf import settings
from django.core import checks

POLICIES = ("privileged", "everyone", "off")


@checks.register(checks.Tags.security)
def second_factor_policy(app_configs, **kwargs):
    """The setting must be one that there is."""
    if settings.NEWSROOM_SECOND_FACTOR in POLICIES:
        return []
    return [
        checks.Error(
            f"NEWSROOM_SECOND_FACTOR is “{settings.NEWSROOM_SECOND_FACTOR}”.",
            hint=f"Set it to one of: {', '.join(POLICIES)}.",
            id="accounts.E001",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def second_factor_is_on(app_configs, **kwargs):
    """A public site without second factors is one phished password away from somebody else's front page."""
    if settings.NEWSROOM_SECOND_FACTOR != "off":
        return []
    return [
        checks.Error(
            "Publishers and admins sign in without a second factor.",
            hint="Set NEWSROOM_SECOND_FACTOR to “privileged” or “everyone”.",
            id="accounts.E002",
        )
    ]
