"""What stands around every public page: the site's name, its menus, the breaking line. Three queries."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db.models import CharField, Subquery, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import ArticleEdition
from coalition.models import BodyEdition
from delivery.parts import kept
from pages.models import BreakingLine, MenuItem, PageEdition, SiteSettings
from publishing.keys import gathering, good_until, key_for, note
from publishing.languages import current_language

PLACES = {
    MenuItem.Place.HOME: ("pages:home", lambda: _("Home")),
    MenuItem.Place.STRUCTURE: ("coalition:structure", lambda: _("Coalition structure")),
    MenuItem.Place.REPRESENTATIVES: ("coalition:representatives", lambda: _("Representatives")),
}


@dataclass
class Link:
    """An entry of a menu. `url` is "" for the heading of a group."""

    label: str
    url: str = ""
    children: list = field(default_factory=list)
    is_home: bool = False

    @property
    def strip_url(self):
        """Where it leads in the one-line menu: a mere heading leads to the first entry below it."""
        return self.url or self.children[0].url

    def is_around(self, path):
        """Whether the page at `path` is its target or lies below it."""
        if self.is_home:
            return path == self.url
        return any(url and path.startswith(url) for url in [self.url, *(child.url for child in self.children)])


class SiteFrame:
    """The frame in the page's language. What does not exist in that language is not in it."""

    def __init__(self):
        self.language = current_language()
        # For parts of pages that are made of it (`publishing.keys`).
        with gathering() as self.made_from:
            self._load()

    def _load(self):
        self.settings = self._load_settings()
        items = list(MenuItem.objects.select_related("category"))
        targets = self._load_targets(items)
        links = {item.pk: self._link(item, targets) for item in items}
        for item in items:
            if item.parent_id and links[item.pk] and links.get(item.parent_id):
                links[item.parent_id].children.append(links[item.pk])
        self.main = self._top(items, links, MenuItem.Menu.MAIN)
        self.footer = self._top(items, links, MenuItem.Menu.FOOTER)
        self.breaking_url = targets.get(("article", self.settings.breaking_article), ("", ""))[1]

    @property
    def name(self):
        return self.settings.shown_name

    @property
    def columns(self):
        """The groups of the footer menu, which is also the menu that is laid over the page; else the main menu."""
        groups = [link for link in self.footer if link.children]
        if groups or not self.main:
            return groups
        return [Link(_("Menu"), children=self.main)]

    @property
    def social_accounts(self):
        """[(host, address)] of the accounts on social networks."""
        urls = self.settings.social_accounts.split()
        return [(urlsplit(url).netloc.removeprefix("www."), url) for url in urls if url.startswith("https://")]

    @property
    def footer_links(self):
        """Entries of the footer menu with nothing below them."""
        return [link for link in self.footer if not link.children]

    def _load_settings(self):
        """The site's settings; `breaking_text` and `breaking_article` are of the newest running line, if any."""
        running = BreakingLine.objects.running(language=self.language)
        rows = SiteSettings.objects.annotate(
            breaking_text=Subquery(running.values(f"text_{self.language}")[:1]),
            breaking_article=Subquery(running.values("article_id")[:1]),
            breaking_until=Subquery(running.values("ends_at")[:1]),
        )
        settings = rows.first()
        if settings is None:
            settings = SiteSettings()
            settings.breaking_text = settings.breaking_article = settings.breaking_until = None
        good_until(settings.breaking_until)
        return settings

    def _load_targets(self, items):
        """(kind, number) → (title, address) of the pages, bodies and the article that are led to and published."""
        pages, bodies, articles = (
            self._published(model, numbers)
            for model, numbers in (
                (PageEdition, {item.page_id for item in items}),
                (BodyEdition, {item.body_id for item in items}),
                (ArticleEdition, {self.settings.breaking_article}),
            )
        )
        section = f"live__category__path_{self.language}"
        rows = self._target_rows("page", pages.with_shown("title", "path"), "shown_path").union(
            self._target_rows("body", bodies.with_shown("title", "slug"), "shown_slug"),
            self._target_rows("article", articles.with_shown("title", "slug"), "shown_slug", section),
        )
        return {
            (kind, number): (title, _address(kind, number, words, section))
            for kind, number, title, words, section in rows
        }

    @staticmethod
    def _published(model, numbers):
        """Those of some items that are published; all are noted, since each may be some day."""
        numbers = numbers - {None}
        note(*(key_for(model.item.field.related_model, number) for number in numbers))
        return model.objects.published().filter(item__in=numbers or {0})

    @staticmethod
    def _target_rows(kind, editions, words, section=None):
        return editions.annotate(
            kind_of_target=Value(kind, output_field=CharField()),
            words=_text(words),
            section=_text(section) if section else Value("", output_field=CharField()),
        ).values_list("kind_of_target", "item_id", "shown_title", "words", "section")

    def _link(self, item, targets):
        """The link of one entry, or None where its target does not exist in this language."""
        if item.page_id:
            title, url = targets.get(("page", item.page_id), ("", ""))
        elif item.body_id:
            title, url = targets.get(("body", item.body_id), ("", ""))
        elif item.category_id:
            title, url = item.category.name, item.category.get_absolute_url()
        elif item.place:
            name, words = PLACES[item.place]
            title, url = words(), reverse(name)
        else:
            return Link(item.label, item.url) if item.label else None
        return Link(item.label or title, url, is_home=item.place == MenuItem.Place.HOME) if url else None

    @staticmethod
    def _top(items, links, menu):
        tops = [links[item.pk] for item in items if item.menu == menu and not item.parent_id and links[item.pk]]
        return [link for link in tops if link.url or link.children]


def _text(name):
    """A column as text: the parts of a union must agree in type."""
    return Cast(name, CharField())


def _address(kind, number, words, section):
    if kind == "page":
        return reverse("pages:at-path", kwargs={"path": words})
    if kind == "body":
        return reverse("coalition:body", kwargs={"slug": words})
    return reverse("articles:detail", kwargs={"section": section, "pk": number, "slug": words})


def frame_of(request):
    """The frame of this request: the same object however often it is asked for."""
    if not hasattr(request, "site_frame"):
        request.site_frame = kept("frame", SiteFrame)
    return request.site_frame
