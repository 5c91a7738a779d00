from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Site")

    def ready(self):
        from accounts.passwords import register_words
        from pages.models import Page
        from publishing.registry import PublicType, register

        register(PublicType(Page, card_template="pages/_page_card.html", sitemap_priority=0.5))
        register_words(_own_names)


def _own_names():
    """What the site calls itself, in every language: strangers try that as a password first."""
    from pages.models import SiteSettings
    from publishing.languages import language_codes

    names = [f"{field}_{code}" for field in ("name", "department", "copyright") for code in language_codes()]
    row = SiteSettings.objects.filter(pk=1).values_list(*names).first() or ()
    return [name for name in row if name]
