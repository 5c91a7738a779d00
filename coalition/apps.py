from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoalitionConfig(AppConfig):
    name = "coalition"
    verbose_name = _("Coalition")

    def ready(self):
        from coalition.models import STRUCTURE, Body, Mandate, Person, Representative
        from publishing.changes import announce_saves_of
        from publishing.registry import PublicType, register

        # Where a body stands among the others is read from its working copy.
        for model in (Body, Mandate, Representative):
            announce_saves_of(model, keys=lambda row: [STRUCTURE])
        register(
            PublicType(
                Body,
                card_template="coalition/_body_card.html",
                sitemap_priority=0.6,
                formats=lambda: {"body": _("Coalition bodies")},
            )
        )
        register(
            PublicType(
                Person,
                card_template="coalition/_person_card.html",
                sitemap_priority=0.4,
                formats=lambda: {"person": _("People")},
            )
        )
