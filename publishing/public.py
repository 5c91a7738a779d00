"""
What all public pages share: which edition to show, and what to answer when there is none to show.

The exceptions below become pages in `delivery.middleware.ErrorPagesMiddleware`.
"""

from django.http import Http404

from publishing.keys import key_for, note_everywhere
from publishing.languages import current_language
from publishing.registry import public_types


class NotInThisLanguage(Http404):
    """
    There is nothing here in the page's language, but there is in others.

    `addresses`: language → path of the same thing, for the languages that have it.
    """

    def __init__(self, addresses):
        super().__init__("not published in this language")
        self.addresses = addresses


class Gone(Exception):
    """It was public and was withdrawn. `front`: (name, address) of where to go on, `addresses` as above."""

    def __init__(self, edition, *, front=None, addresses=None):
        super().__init__("withdrawn")
        self.edition = edition
        self.front = front
        self.addresses = addresses or {}


def edition_to_show(editions, *, item, front=None):
    """
    (edition in the page's language, language → edition for every language that has one).

    `editions` is a queryset of one type, `item` the number of one item of it;
    `front(edition)` gives name and address of what a withdrawn item belonged to.
    Raises `Gone` for a withdrawn item, and `NotInThisLanguage` or `Http404` when
    there is nothing to show.
    """
    language = current_language()
    note_everywhere(key_for(editions.model.item.field.related_model, item))
    by_language = {edition.language: edition for edition in editions.readable().filter(item=item)}
    if language in by_language:
        shown = by_language[language]
        return shown, _without_retracted(by_language) | {language: shown}
    addresses = addresses_of(_without_retracted(by_language))
    withdrawn = editions.withdrawn(language=language).filter(item=item).first()
    if withdrawn is not None:
        raise Gone(withdrawn, front=front and front(withdrawn), addresses=addresses)
    raise NotInThisLanguage(addresses) if addresses else Http404("unknown or not published")


def _without_retracted(by_language):
    return {language: edition for language, edition in by_language.items() if not edition.retracted_at}


def addresses_of(by_language):
    """language → address, for a mapping of language → edition."""
    return {language: edition.get_absolute_url() for language, edition in by_language.items()}


def newest_tagged(tag, *, count):
    """The newest `count` editions of each type that carry `tag` in the page's language: [(card template, editions)]."""
    found = []
    for public_type in public_types():
        if public_type.has_tags:
            editions = public_type.edition_model.objects.published().tagged(tag).for_cards().newest_first()[:count]
            found.append((public_type.card_template, list(editions)))
    return [(template, editions) for template, editions in found if editions]
