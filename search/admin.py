"""What editors do for readers who search: words that mean the same, and what was looked for in vain."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import permission_for
from desk.admin import WholeSiteMixin
from publishing.languages import direction, language_codes
from publishing.metadata import address_in
from search.forms import SynonymForm
from search.models import FruitlessSearch, Synonym, SynonymSpelling


@admin.register(Synonym)
class SynonymAdmin(WholeSiteMixin, admin.ModelAdmin):
    """Synonyms, each language by those who edit in it."""

    form = SynonymForm
    list_display = ("term_column", "equivalents_column", "language")
    list_filter = ("language",)
    search_fields = ("term",)

    def about(self, row):
        return row if row.pk is None else (row, row.language)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        may_add = permission_for(Synonym, "add")
        mine = [code for code in language_codes() if request.user.has_perm(may_add, (Synonym(), code))]
        field.choices = [(code, name) for code, name in field.choices if not code or code in mine]
        return field

    def get_search_results(self, request, queryset, search_term):
        """By each of its words, in whatever form it is typed."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        stems = {Synonym(language=code).stems_of(search_term) for code in language_codes()} - {""}
        found = SynonymSpelling.objects.filter(stems__in=stems).values("synonym")
        return (rows | queryset.filter(pk__in=found) if stems else rows), may_repeat

    @admin.display(description=gettext_lazy("word or words"), ordering="term")
    def term_column(self, synonym):
        return _in_its_language(synonym.term, synonym.language)

    @admin.display(description=gettext_lazy("words that mean the same"))
    def equivalents_column(self, synonym):
        # Commas of the words' own language: they stand in one direction together.
        comma = "، " if direction(synonym.language) == "rtl" else ", "
        return _in_its_language(comma.join(synonym.equivalents), synonym.language)


@admin.register(FruitlessSearch)
class FruitlessSearchAdmin(WholeSiteMixin, admin.ModelAdmin):
    """What readers looked for in vain, the latest first: one click from looking again, and from a synonym."""

    list_display = ("query_column", "synonym_column", "language", "times", "last_column")
    list_display_links = None
    list_filter = ("language",)
    search_fields = ("query",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("searched for"), ordering="query")
    def query_column(self, row):
        url = f"{address_in(row.language, 'search:results')}?{urlencode({'q': row.query})}"
        link = '<a href="{}" target="_blank" rel="noopener">{}</a>'
        return format_html(link, url, _in_its_language(row.query, row.language))

    @admin.display(description=gettext_lazy("synonym"))
    def synonym_column(self, row):
        url = f"{reverse('admin:search_synonym_add')}?{urlencode({'language': row.language, 'term': row.query})}"
        label = _("Make a synonym of “%(words)s”") % {"words": row.query}
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("Synonym…"))

    @admin.display(description=gettext_lazy("last time"), ordering="last_at")
    def last_column(self, row):
        return date_format(timezone.localtime(row.last_at), "DATE_FORMAT")


def _in_its_language(text, language):
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', language, direction(language), text)
