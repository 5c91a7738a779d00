from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")

    def ready(self):
        from accounts.audit import name_actions
        from articles import social_cards
        from articles.checks import register_checks
        from articles.hubs import format_names
        from articles.models import Article, Byline, Category, TopicPage
        from articles.sections import section_choices
        from delivery import reads
        from desk import tidying
        from publishing.changes import announce_saves_of
        from publishing.keys import SITE, key_of
        from publishing.models import Tag
        from publishing.registry import PublicType, register

        register(
            PublicType(
                Article,
                card_template="articles/_article_card.html",
                view_name="articles:detail",
                sitemap_priority=0.8,
                has_tags=True,
                formats=format_names,
                sections=section_choices,
            )
        )
        register_checks()
        announce_saves_of(Category, keys=lambda category: [SITE])
        announce_saves_of(Byline)
        announce_saves_of(Tag)
        announce_saves_of(TopicPage, keys=lambda topic: [key_of(topic.tag)])
        tidying.register(reads.tidy)
        tidying.register(social_cards.follow_rights)
        social_cards.connect()
        name_actions({"byline.withdrawn": _("withdrew a byline"), "byline.shown_again": _("showed a byline again")})
