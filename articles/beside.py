"""What stands beside an article: the newest, what is related, and its neighbours in its section."""

from dataclasses import dataclass, field

from articles import keys
from articles.models import Article, ArticleEdition
from articles.querysets import own_copy
from delivery.parts import kept
from publishing.keys import LATEST, key_for, note, note_beside

NEWEST, RELATED = 4, 3
# How many of its tags are followed.
TAGS = 5


@dataclass
class Beside:
    """The editions beside an article. `newer` and `older` are its neighbours, or None."""

    latest: list = field(default_factory=list)
    related: list = field(default_factory=list)
    newer: ArticleEdition | None = None
    older: ArticleEdition | None = None


def beside(edition, tags):
    """
    What stands beside an article of which `tags` are shown.

    All of it is kept in memory until there is something newer: no query, or one for each list that is not there.
    """
    chosen = edition.version.related[:RELATED]
    around = _around(edition, chosen)
    in_section = [one for one in around if one.category_id == edition.category_id]
    return Beside(
        latest=_without(edition, _newest())[:NEWEST],
        related=_related(edition, tags, [one for one in around if one.item_id in chosen])[:RELATED],
        newer=next((one for one in reversed(in_section) if _place(one) > _place(edition)), None),
        older=next((one for one in in_section if _place(one) < _place(edition)), None),
    )


def _related(edition, tags, chosen):
    """What was chosen by hand; else what shares a topic, and then what shares the section."""
    if chosen:
        return chosen
    sharing = {one.pk: one for tag in tags[:TAGS] for one in _newest_with(tag)}
    like = sorted(sharing.values(), key=_place, reverse=True)
    others = [one for one in _newest_in_section(edition.category_id) if one.pk not in sharing]
    return _without(edition, [*like, *others])


def _without(edition, others):
    return _copies(one for one in others if one.pk != edition.pk)


def _copies(editions):
    """Other requests have the same ones, and give them other pictures."""
    return [own_copy(one) for one in editions]


def _around(edition, chosen):
    def load():
        note(*(key_for(Article, number) for number in chosen))
        return list(ArticleEdition.objects.published().around(edition, also=chosen).for_cards().newest_first())

    return _copies(kept(f"articles.around:{edition.pk}:{edition.version.pk}", load))


def _newest():
    def load():
        note_beside(LATEST)
        return list(ArticleEdition.objects.published().for_lines().newest_first()[: NEWEST + 1])

    return kept("articles.newest", load)


def _newest_in_section(number):
    def load():
        note_beside(keys.of_section(number))
        in_section = ArticleEdition.objects.published().filter(category=number)
        return list(in_section.for_cards().newest_first()[: RELATED + 1])

    return kept(f"articles.newest-in-section:{number}", load)


def _newest_with(tag):
    def load():
        note_beside(keys.of_tag(tag.pk))
        return list(ArticleEdition.objects.published().like(tag).for_cards().newest_first()[: RELATED + 1])

    return kept(f"articles.newest-with-tag:{tag.pk}", load)


def _place(edition):
    """Where it stands in a list by time."""
    return edition.publish_at, edition.pk
