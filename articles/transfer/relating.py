"""Which articles stand beside which: named by ids in files, also by those of articles that come further down."""

from dataclasses import dataclass
from itertools import chain

from django.db import transaction

from articles.models import Article, ArticleVersion
from articles.transfer import ids
from publishing.changes import announce_all
from publishing.languages import language_codes

_AT_ONCE = 200


@dataclass(frozen=True)
class Lonely:
    """An article some of whose related articles were not here when it was stored. `versions`: number → ids."""

    key: str
    digest: str
    number: int
    related: tuple[str, ...]
    versions: dict[int, tuple[str, ...]]

    @property
    def ids(self):
        return set(self.related).union(*self.versions.values())


class Related:
    """The numbers of the articles that stand beside some that are on their way in (`storing.Incoming`)."""

    def __init__(self, incoming):
        here = {one.key: one.article.pk for one in incoming}
        named = set(chain.from_iterable(map(_ids_of, incoming)))
        self._numbers = ids.numbers_of(Article, named - here.keys()) | here

    def numbers(self, keys):
        """As a version keeps them: the newest first. Those that are not here yet are left out."""
        return sorted((self._numbers[key] for key in keys if key in self._numbers), reverse=True)

    def lonely(self, one):
        """An article as `Lonely`, or None where nothing is missing beside it."""
        if _ids_of(one) <= self._numbers.keys():
            return None
        written = chain.from_iterable(language.versions for language in one.composed.languages)
        versions = {version.version.pk: version.related for version in written if version.related}
        return Lonely(one.key, one.digest, one.article.pk, one.composed.facts.related, versions)


def _ids_of(one):
    written = chain.from_iterable(language.versions for language in one.composed.languages)
    return set(one.composed.facts.related).union(*(version.related for version in written))


class Waiting:
    """The lonely articles of an import, until all lines are read."""

    def __init__(self):
        self._rows = {}

    def add(self, lonely):
        self._rows.update({one.number: one for one in lonely})

    def relate(self):
        """Puts beside them what came in meanwhile. What still misses some is looked at again in the next import."""
        rows = list(self._rows.values())
        for start in range(0, len(rows), _AT_ONCE):
            _relate(rows[start : start + _AT_ONCE])
        self._rows.clear()


@transaction.atomic
def _relate(rows):
    numbers = ids.numbers_of(Article, set().union(*(one.ids for one in rows)))
    Article.related.through.objects.bulk_create(
        [
            Article.related.through(from_article_id=one.number, to_article_id=numbers[key])
            for one in rows
            for key in one.related
            if key in numbers
        ],
        ignore_conflicts=True,
    )
    for one in rows:
        for version, keys in one.versions.items():
            beside = sorted((numbers[key] for key in keys if key in numbers), reverse=True)
            # It was written minutes ago, by the same import, and could not be written whole.
            ArticleVersion._base_manager.filter(pk=version).update(related=beside)
        if one.ids <= numbers.keys():
            ids.rows_of(Article).filter(key=one.key).update(digest=one.digest)
    announce_all(language_codes())
