"""The topics and bylines of a version: rows that hardly change, from memory."""

from articles.models import Byline
from delivery.parts import kept, kept_rows
from publishing.keys import note
from publishing.models import Tag


def carried_by(edition):
    """
    (the topics of an edition with a name in the page's language, its bylines that readers may see).

    Its version learns its `cards`, too.
    """
    version = edition.version

    def load():
        note(edition.item_key)
        return version.carried

    version.carried = kept(f"articles.carried:{version.pk}", load)
    tag_ids, byline_ids = version.tag_ids, version.byline_ids
    tags = kept_rows(Tag, tag_ids, Tag.objects.in_bulk)
    bylines = kept_rows(Byline, byline_ids, Byline.objects.in_bulk)
    return (
        [tags[number] for number in tag_ids if number in tags and tags[number].name],
        [bylines[number] for number in byline_ids if number in bylines and bylines[number].is_shown],
    )
