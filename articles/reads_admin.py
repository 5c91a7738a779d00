"""What staff see of how often articles are read: in the article's form, and on a screen of its own."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from articles.most_read import ROWS, SPANS, read_most
from delivery.reads import Figures, figures_of
from desk.badges import state_badge
from desk.items import form_url, number_in, render_screen, sections_seen_by
from publishing.languages import current_language, direction, language_choices, language_codes


class ReadsMixin:
    """For the articles' admin: figures in the form, and the screen "What was read"."""

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.reads_view))
        return [path("reads/", view, name="articles_article_reads"), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change:
            context["reads"] = _figures_by_language(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def reads_view(self, request):
        """What was read most in one language, in the sections of whoever asks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = _Choice(request.GET)
        found = read_most(chosen.language, span=SPANS[chosen.days], sections=sections_seen_by(request.user, self.model))
        context = {
            "opts": self.opts,
            "chosen": chosen,
            "rows": [_row(edition, count) for edition, count in found],
            "limit": ROWS,
        }
        return render_screen(request, "articles/reads.html", context, title=_("What was read"))


class _Choice:
    """Which language and how many days the address asks for; whatever else it says means the first of each."""

    def __init__(self, query):
        asked = query.get("language")
        self.language = asked if asked in language_codes() else current_language()
        days = number_in(query.get("days"))
        self.days = days if days in SPANS else next(iter(SPANS))
        self.direction = direction(self.language)

    @property
    def languages(self):
        """Links to the same days in each language."""
        return [
            {"code": code, "name": name, "dir": direction(code), "url": self._url(code, self.days),
             "is_chosen": code == self.language}
            for code, name in language_choices()
        ]  # fmt: skip

    @property
    def spans(self):
        """Links to other days in the same language."""
        return [
            {
                "label": ngettext("The last %(count)s day", "The last %(count)s days", days) % {"count": days},
                "url": self._url(self.language, days),
                "is_chosen": days == self.days,
            }
            for days in SPANS
        ]

    @staticmethod
    def _url(language, days):
        return f"?{urlencode({'language': language, 'days': days})}"


def _row(edition, count):
    item = edition.item
    return {
        "title": item.text_in("title", edition.language) or item.working_title,
        "url": form_url(item, edition.language),
        "state": state_badge(edition),
        "public_url": edition.get_absolute_url() if edition.is_public else "",
        "count": count,
    }


def _figures_by_language(item):
    """[(language, its own name, `Figures`)] for every language of the site."""
    figures = figures_of(item)
    return [(code, name, figures.get(code, Figures())) for code, name in language_choices()]
