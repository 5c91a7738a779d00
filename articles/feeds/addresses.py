"""Where feeds are: each below the address of the list that it holds."""

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.mails import isolated
from articles.feeds.recordings import recording_of
from articles.sections import parents_of
from publishing.languages import current_language
from publishing.metadata import Feed, home_address

RSS, ATOM, JSON, PODCAST = "feed/", "feed/atom/", "feed/json/", "feed/podcast/"

# Kind → (what it is called everywhere, its media type).
KINDS = {
    RSS: ("RSS", "application/rss+xml"),
    ATOM: ("Atom", "application/atom+xml"),
    JSON: ("JSON Feed", "application/feed+json"),
    PODCAST: ("Podcast", "application/rss+xml"),
}
OF_EVERYTHING, OF_A_SUBJECT = (RSS, ATOM, JSON), (RSS, ATOM)


def feeds_of(subject=None):
    """
    What a page offers in its metadata (`PageMetadata.feeds`), in the page's language.

    `subject`: the section, tag or byline that the page shows or belongs to;
    without one, the page offers what there is of the whole language.
    """
    everything = [_feed(_("All articles"), home_address(current_language()), kind) for kind in OF_EVERYTHING]
    if subject is None:
        return tuple(everything)
    own = [_feed(subject.name, subject.get_absolute_url(), kind) for kind in OF_A_SUBJECT]
    return (*own, everything[0])


def _feed(name, address, kind):
    called, media_type = KINDS[kind]
    return Feed(f"{name} – {isolated(called)}", address + kind, media_type)


def topics_of(version, language):
    """The paths of all feeds in which a version of an article stands, or stood while readers got it."""
    home = home_address(language)
    found = [home + kind for kind in OF_EVERYTHING]
    if recording_of(version.media):
        found.append(home + PODCAST)
    with translation.override(language):
        subjects = [version.category, *parents_of(version.category), *version.tags.all(), *version.shown_bylines]
        lists = [subject.get_absolute_url() for subject in subjects if subject.name]
    return found + [address + kind for address in lists if address for kind in OF_A_SUBJECT]
