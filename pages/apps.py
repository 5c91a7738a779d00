from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Site")

    def ready(self):
        from accounts.audit import name_actions
        from accounts.passwords import register_words
        from articles.social_cards import register_site_name
        from desk.tidying import register as register_tidying
        from pages import redirect_rules
        from pages.home import SLOTS
        from pages.models import PAGES, BreakingLine, HomeSlot, MenuItem, Page, SiteSettings
        from pages.pings import request_pings
        from pages.workflow import delete_old_messages
        from publishing.changes import announce_saves_of
        from publishing.keys import SITE
        from publishing.registry import PublicType, register
        from publishing.signals import edition_changed

        register(
            PublicType(
                Page, card_template="pages/_page_card.html", sitemap_priority=0.5, formats=lambda: {"page": _("Pages")}
            )
        )
        for model in (BreakingLine, MenuItem, SiteSettings):
            announce_saves_of(model, keys=lambda row: [SITE])
        # Below which page it stands, and where, is read from its working copy.
        announce_saves_of(Page, keys=lambda page: [PAGES])
        announce_saves_of(HomeSlot, keys=lambda slot: [SLOTS])
        register_words(_own_names)
        redirect_rules.connect()
        edition_changed.connect(request_pings, dispatch_uid="pages.pings")
        register_tidying(delete_old_messages)
        name_actions(
            {
                "message.answered": _("marked a reader's message as answered"),
                "message.opened": _("marked a reader's message as waiting"),
                "topic.receivers": _("changed who reads the messages of a topic"),
            }
        )
        register_site_name(_own_name)


def _own_names():
    """What the site calls itself, in every language: strangers try that as a password first."""
    from pages.models import SiteSettings
    from publishing.languages import language_codes

    names = [f"{field}_{code}" for field in ("name", "department", "copyright") for code in language_codes()]
    row = SiteSettings.objects.filter(pk=1).values_list(*names).first() or ()
    return [name for name in row if name]


def _own_name(language):
    """What the site calls itself in a language."""
    from django.utils.translation import override

    from pages.models import SiteSettings

    with override(language):
        return SiteSettings.current().shown_name
