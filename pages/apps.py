from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Site")

    def ready(self):
        from pages.models import Page
        from publishing.registry import PublicType, register

        register(PublicType(Page, card_template="pages/_page_card.html", sitemap_priority=0.5))
