"""
Knocks at every address of the site as everybody who could: who gets in?

`World` has one of everything and these people, each a letter:

    -  a stranger                x  somebody who was deactivated while signed in
    R  reporter   T  translator  E  editor   P  publisher   A  admin   S  superuser
    r t e p  the same roles, but for another section and for Turkish only

What is knocked at belongs to a section that the small letters do not have, in Arabic.
"""

import re

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts import workflow as accounts_workflow
from accounts.models import RoleAssignment
from coalition.models import Representative
from desk.models import CalendarKey, Comment, Notice, PreviewedText, PreviewLink
from media_library.models import Collection
from pages.models import (
    BreakingLine,
    ContactMessage,
    ContactTopic,
    HomeSlot,
    MenuItem,
    MissedAddress,
    Redirect,
    SiteSettings,
)
from publishing.sitemaps import file_of
from search.models import FruitlessSearch, Synonym
from tests.builders import (
    in_all_languages,
    in_minutes,
    make_album,
    make_article,
    make_body,
    make_byline,
    make_category,
    make_document,
    make_infographic,
    make_page,
    make_person,
    make_picture,
    make_playlist,
    make_press_conference,
    make_staff,
    make_superuser,
    make_tag,
    make_video,
    publish,
    write,
)

ROLES = {
    "R": RoleAssignment.Role.REPORTER,
    "T": RoleAssignment.Role.TRANSLATOR,
    "E": RoleAssignment.Role.EDITOR,
    "P": RoleAssignment.Role.PUBLISHER,
    "A": RoleAssignment.Role.ADMIN,
}
EVERYBODY = "-xRTEPASrtep"
STAFF = "RTEPASrtep"

SIGN_IN = ("/account/login/", "/admin/login/")


def routes(resolver=None, prefix=""):
    """(route, name) of every address that the site answers, static files aside."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.name
        else:
            yield from routes(pattern, route)


class World:
    """One of everything, and everybody with a browser that they are signed in with."""

    def __init__(self):
        self.section, self.elsewhere = make_category(), make_category()
        self.owner = make_staff("publisher", username="owner")
        self.rows = self._rows()
        self.article = self.rows["articles.article"]
        self.keys = self._keys()
        self.people = {"-": _browser(), "x": self._deactivated(), "S": _browser(make_superuser())}
        for letter, role in ROLES.items():
            self.people[letter] = _browser(make_staff(role))
            if role != RoleAssignment.Role.ADMIN:
                self.people[letter.lower()] = _browser(make_staff(role, language="tr", category=self.elsewhere))

    def _rows(self):
        """Label → a row of that type."""
        picture = make_picture()
        article = make_article(category=self.section, lead_picture=picture, tags=[make_tag()], bylines=[make_byline()])
        for texts in ({}, {"title": "غير منشور"}):
            write(article, "ar", by=self.owner, **texts)
            publish(article, "ar") if not texts else None
        person = publish(make_person())
        names = in_all_languages("text")
        # Nobody here is a receiver: a message is not even a superuser's to read.
        topic = ContactTopic.objects.create(**in_all_languages("name"))
        rows = [
            topic,
            ContactMessage.objects.create(topic=topic, language="ar", name="x", email="x@example.org", text="x"),
            article,
            self.section,
            article.bylines.get(),
            article.tags.get(),
            publish(make_page()),
            publish(make_body()),
            person,
            Representative.objects.create(person=person, **in_all_languages("country")),
            make_press_conference(),
            picture,
            Collection.objects.create(name="Field"),
            make_album([picture]),
            make_video(poster=picture),
            make_playlist(),
            make_infographic(),
            make_document(),
            MenuItem.objects.create(category=self.section),
            HomeSlot.objects.create(language="ar", position=1, article=article),
            Redirect.objects.create(source="old", target="new", language="ar"),
            MissedAddress.objects.create(path="/ar/missed/"),
            Synonym.objects.create(language="ar", term="كوبانيكس", equivalents=["عين"]),
            FruitlessSearch.objects.create(language="ar", query="بلبل", times=1),
            BreakingLine.objects.create(article=article, ends_at=in_minutes(60), **names),
            SiteSettings.objects.update_or_create(pk=1, defaults=in_all_languages("name"))[0],
            make_staff("reporter", username="somebody"),
            Group.objects.get(name="reporter"),
        ]
        return {row._meta.label_lower: row for row in rows}

    def _keys(self):
        """Route name → what its address needs, where the rows do not tell."""
        article = self.article
        about = {"item_type": ContentType.objects.get_for_model(article), "item_id": article.pk, "language": "ar"}
        link = PreviewLink.objects.create(created_by=self.owner, expires_at=in_minutes(60))
        PreviewedText.objects.create(link=link, **about)
        comment = Comment.objects.create(author=self.owner, text="?", **about)
        version = article.edition_in("ar").versions.order_by("number").first()
        return {
            "sitemap-file": {"kind": "article", "number": file_of(article.pk)},
            "calendar_feed": {"key": CalendarKey.objects.create(user=self.owner).key},
            "shared_preview": {"key": link.key},
            "shared_text": {"key": link.key, "number": 1},
            "desk_list": {"name": "tasks"},
            "desk_restore": {"number": version.number},
            "desk_resolve_comment": {"pk": comment.pk},
            "desk_reopen_comment": {"pk": comment.pk},
            "desk_open_notice": {"pk": Notice.objects.create(user=self.owner, kind="assignment", **about).pk},
        }

    @staticmethod
    def _deactivated():
        person = make_staff("publisher")
        browser = _browser(person)
        accounts_workflow.deactivate(person, by=None)
        return browser

    def address(self, route, name, step=""):
        """The address of a route, about the rows of this world."""
        label = ".".join(route.split("/")[1:3]) if route.startswith("admin/") else ""
        row = self.rows.get(label, self.article)
        facts = {"label": "articles.article", "pk": row.pk, "object_id": row.pk, "id": row.pk, "language": "ar"}
        facts |= {"number": 1, "file": 1, "content_type_id": 1, "step": step, "app_label": "articles", "url": "nothing"}
        facts |= {"token": "no-such-token", "key": "no-such-key", "uidb64": "MQ"} | self.keys.get(name, {})
        filled = re.sub(r"\^?\(\?P<(\w+)>.*?\)(/?)\$", lambda match: f"{facts[match[1]]}{match[2]}", route)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(facts[match[1]]), filled)


def _browser(person=None):
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def who_gets_in(world, address, method):
    """The letters of those whom an address lets in. Whatever they do there is undone."""
    return "".join(letter for letter in EVERYBODY if _is_in(_knock(world.people[letter], address, method)))


def _knock(browser, address, method):
    cookies = browser.cookies.copy()
    with transaction.atomic():
        response = getattr(browser, method)(address)
        _close(response)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return response


def _close(response):
    """Closes the file that a response may stream, and not the database with it."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def _is_in(response):
    """Whether a response is more than “sign in”, “you may not”, “there is no such thing” or “not that way”."""
    if response.status_code in (301, 302):
        return not response["Location"].startswith(SIGN_IN) and response["Location"] != "/admin/"
    return response.status_code not in (403, 404, 405, 410)
