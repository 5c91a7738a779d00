from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import pgettext_lazy


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = pgettext_lazy("page", "Search")

    def ready(self):
        from desk import finding, tidying
        from publishing.changes import announce_saves_of
        from publishing.followers import add_follower
        from search import checks, index, rebuilding, sending, staff  # noqa: F401
        from search.models import SYNONYMS, Synonym

        add_follower(index.follow, in_bulk=index.in_bulk)
        announce_saves_of(Synonym, keys=lambda synonym: [SYNONYMS])
        staff.connect()
        finding.ask_with(staff.numbers_of)
        finding.index_with(staff.index)
        tidying.register(rebuilding.refresh_some)
        tidying.register(sending.send_the_rest)
        post_migrate.connect(_prepare, sender=self, dispatch_uid="search.engines")


def _prepare(using, **kwargs):
    """The engines' tables are no models: they are made when the database is, and again if they are gone."""
    from django.db import DEFAULT_DB_ALIAS

    from search.engines import local_engine

    if using == DEFAULT_DB_ALIAS:
        local_engine().prepare()
