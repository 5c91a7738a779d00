"""
Tells others that something changed in public: a WebSub hub, and search engines by IndexNow. Both are off by default.

Steps are heard through `publishing.signals.edition_changed`; jobs do the rest
after the commit. Nobody waits for them, and what fails is tried again for some
hours and written to the log.
"""

import json
import logging
from datetime import timedelta
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from accounts.mails import absolute, try_again
from articles.feeds import topics_of
from articles.models import Article
from publishing.past import showings
from publishing.registry import public_types

logger = logging.getLogger(__name__)

# Steps after which readers may see something else: `settle` is the clock's.
PUBLIC_STEPS = frozenset({"publish", "revert", "withdraw", "retract", "settle", "source_changed", "mark_current"})

TIMEOUT = 10  # seconds, for each step of a connection
GIVE_UP = timedelta(hours=6)
USER_AGENT = "Newsroom"


class _NoRedirects(HTTPRedirectHandler):
    """An address that moved is for the operator to set anew: nothing is sent where the settings do not say."""

    def redirect_request(self, *_arguments):
        return None


_opener = build_opener(_NoRedirects)


def request_pings(sender, item, language, step, edition, **_facts):
    """Has those who are to be told of a step told, once it is stored."""
    is_on = settings.NEWSROOM_WEBSUB_HUB or settings.NEWSROOM_INDEXNOW_KEY
    was_public = edition.live_id and edition.publish_at and edition.publish_at <= timezone.now()
    if is_on and was_public and step in PUBLIC_STEPS:
        label, number = item._meta.label_lower, item.pk
        transaction.on_commit(lambda: tell_of_change.enqueue(label, number, language), robust=True)


@task()
def tell_of_change(label, number, language):
    """Finds out what a step changed, and asks for one job for the hub and one for search engines. Can run twice."""
    model = next(public_type.edition_model for public_type in public_types() if public_type.label == label)
    edition = model.objects.filter(item=number, language=language).first()
    if edition is None:
        return
    until = (timezone.now() + GIVE_UP).isoformat()
    versions = _shown_lately(edition)
    if settings.NEWSROOM_WEBSUB_HUB and label == Article._meta.label_lower:
        topics = [topic for version in versions for topic in topics_of(version, language)]
        ping_hub.enqueue(list(dict.fromkeys(topics)), until)
    if settings.NEWSROOM_INDEXNOW_KEY:
        addresses = [_address_with(edition, version) for version in versions]
        ping_search_engines.enqueue(list(dict.fromkeys(addresses)), until)


def _shown_lately(edition):
    """
    The last version that readers saw and the one before it: a text may have left a section, a topic or its address.

    What was only planned is not among them: nobody is told its words.
    """
    shown = [showing.number for showing in showings(edition.item, edition.language) if showing.number is not None]
    latest = list(dict.fromkeys(reversed(shown)))[:2]
    versions = {version.number: version for version in edition.versions.filter(number__in=latest)}
    return [versions[number] for number in latest]


def _address_with(edition, version):
    edition.live, edition.upcoming, edition.upcoming_at = version, None, None
    return edition.get_absolute_url()


@task()
def ping_hub(topics, until):
    """
    Tells the hub that feeds changed (their paths), and tries again until the moment `until` (ISO 8601).

    One request for each: hubs differ in how they read several in one
    (https://www.w3.org/TR/websub/ leaves it to them).
    """
    hub = settings.NEWSROOM_WEBSUB_HUB
    if not hub:
        return
    left = []
    for topic in topics:
        body = urlencode({"hub.mode": "publish", "hub.url": absolute(topic)}).encode()
        # One that does not answer is not asked for the others.
        if left or not _sent(hub, body, "application/x-www-form-urlencoded"):
            left.append(topic)
    if left:
        try_again(ping_hub, left, until, until=until)


@task()
def ping_search_engines(addresses, until):
    """Tells search engines which addresses changed (paths; https://www.indexnow.org/documentation); as `ping_hub`."""
    key = settings.NEWSROOM_INDEXNOW_KEY
    if not key:
        return
    facts = {
        "host": urlsplit(settings.NEWSROOM_SITE_URL).netloc,
        "key": key,
        "keyLocation": absolute(f"/{key}.txt"),
        "urlList": [absolute(address) for address in addresses],
    }
    body = json.dumps(facts).encode()
    if not _sent(settings.NEWSROOM_INDEXNOW_ENDPOINT, body, "application/json; charset=utf-8"):
        try_again(ping_search_engines, addresses, until, until=until)


def _sent(url, body, media_type):
    """Sends something; returns False, and says so in the log, if it was not taken."""
    headers = {"Content-Type": media_type, "User-Agent": USER_AGENT}
    request = Request(url, data=body, headers=headers)  # noqa: S310 (the settings take https alone)
    try:
        _opener.open(request, timeout=TIMEOUT).close()
    except HTTPError as error:
        error.close()
        logger.warning("ping.refused url=%s status=%s", url, error.code)
        return False
    except (OSError, HTTPException) as error:
        logger.warning("ping.failed url=%s error=%s", url, error)
        return False
    return True
