"""Redirects, and the addresses that readers ask for in vain: who leads readers on, and from where."""

import re
from urllib.parse import unquote, urlencode, urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.roles import permission_for
from desk.admin import WholeSiteMixin
from pages import missed
from pages.models import MissedAddress, Redirect
from pages.redirect_rules import culprit_of_circle, straighten
from pages.redirects import CONTROLS, MOST_PATTERNS, Kind, address_of, is_elsewhere, parts_of, target_for
from publishing.languages import language_codes, own_name

# "http:", "javascript:", "//": whatever leads off this site and is no https://.
_OTHER_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/\\]{2}")
_is_address = URLValidator(schemes=["https"])

FIELDS = ("language", "kind", "source", "target")
FOR_ALL = pgettext_lazy("of a redirect", "all languages")


class RedirectForm(forms.ModelForm):
    """
    Takes addresses as people copy them, whole, encoded or with slashes, and keeps what `pages.redirects` compares.

    Refuses what could lead readers nowhere: to another site without TLS, to where they are, in a circle.
    """

    class Meta:
        model = Redirect
        fields = FIELDS
        # Addresses read from left to right in every language.
        widgets = dict.fromkeys(("source", "target"), AdminTextInputWidget(attrs={"dir": "ltr", "class": "vURLField"}))

    def clean_language(self):
        language = self.cleaned_data["language"]
        if not language and "" not in dict(self.fields["language"].choices):
            raise ValidationError(
                _("Choose the language. A redirect for all of them is for editors of the whole site.")
            )
        return language

    def clean_source(self):
        source = self.cleaned_data["source"]
        if _typed_elsewhere(source):
            raise ValidationError(_("This is the address of another site. Write one of this site."))
        if "?" in source or "#" in source:
            raise ValidationError(_("Leave out “?” and “#” with what follows: redirects compare addresses without it."))
        return _without_controls(unquote(_without_own_site(source)))

    def clean_target(self):
        target = _without_controls(self.cleaned_data["target"])
        if target.lower().startswith("https://"):
            return _checked_elsewhere(target)
        own = _without_own_site(target)
        if _typed_elsewhere(own) or "\\" in own:
            raise ValidationError(
                _("Write an address of this site, or a whole address of another one that begins with https://.")
            )
        return own

    def clean(self):
        facts = super().clean()
        if "source" in facts:
            facts["language"], facts["source"] = self._source_in_its_language(facts)
        if self.errors:
            return facts
        facts["target"] = self._target_in_its_language(facts)
        self._check_stars(facts)
        if not self.errors:
            self._check_way(facts)
        return facts

    def _source_in_its_language(self, facts):
        """A language that stands in the address is meant, unless another one was chosen."""
        language, (found, words) = facts.get("language", ""), parts_of(facts["source"])
        if found and language and found != language:
            names = {"found": own_name(found), "chosen": own_name(language)}
            self.add_error("source", _("This address is in %(found)s, and the language is %(chosen)s.") % names)
        elif not words:
            self.add_error("source", _("Home pages are always there: nobody can be led on from one."))
        return language or found, words

    def _target_in_its_language(self, facts):
        target, language = facts["target"], facts["language"]
        own = _without_own_site(target)
        path, rest = re.fullmatch(r"([^?#]*)(.*)", own, re.DOTALL).groups()
        found, words = parts_of(unquote(path))
        if is_elsewhere(own) or (is_elsewhere(target) and found != language):
            return target
        if found and found != language:
            self.add_error(
                "target",
                _("This address names a language. Choose that language above, or write the address without it."),
            )
        return (words or "/") + rest

    def _check_stars(self, facts):
        source, target = facts["source"].count("*"), facts["target"].count("*")
        if facts["kind"] == Kind.EXACT and (source or target):
            self.add_error("kind", _("There is a * in an address: choose the pattern, or leave it out."))
        elif facts["kind"] == Kind.PATTERN:
            self._check_pattern(facts["source"], source, target)

    def _check_pattern(self, pattern, source, target):
        others = Redirect.objects.filter(kind=Kind.PATTERN).exclude(pk=self.instance.pk)
        if not source:
            self.add_error("source", _("A pattern needs a * for the words that may differ."))
        elif "**" in pattern or len(pattern.replace("*", "").strip("/")) < 2:
            self.add_error("source", _("This would be nearly every address. Write more of what they have in common."))
        if target > source:
            self.add_error("target", _("There are more * here than in the address that readers come from."))
        if others.count() >= MOST_PATTERNS:
            self.add_error(
                "kind",
                _("There are %(count)s patterns already, and there can be no more. Delete one that nobody uses.")
                % {"count": MOST_PATTERNS},
            )

    def _check_way(self, facts):
        changed = Redirect(pk=self.instance.pk, **{name: facts[name] for name in FIELDS})
        if facts["target"] == facts["source"]:
            self.add_error("target", _("This is where readers come from: it would lead nowhere."))
        elif culprit := culprit_of_circle(changed):
            self.add_error(
                "target",
                _("Readers would go in a circle, because “%(from)s” leads to “%(to)s”. Change that redirect first.")
                % {"from": culprit.source, "to": culprit.target},
            )


def _typed_elsewhere(text):
    return bool(_OTHER_SCHEME.match(_without_own_site(text)))


def _without_own_site(text):
    """An address of this site that was copied whole, as a path."""
    site = settings.NEWSROOM_SITE_URL
    return text.removeprefix(site) if text.startswith(f"{site}/") else text


def _without_controls(text):
    if CONTROLS.search(text):
        raise ValidationError(_("There is a sign in this that no address can have."))
    return text


def _checked_elsewhere(target):
    """An address of another site: one that is whole, names nobody's password, and whose host no reader can choose."""
    message = _("This is no whole address. Write one such as https://www.example.org/page/.")
    try:
        host = urlsplit(target).netloc
        _is_address(target.replace("*", "x"))
    except (ValueError, ValidationError) as error:
        raise ValidationError(message) from error
    if "*" in host or "@" in host or "\\" in target:
        raise ValidationError(message)
    return target


class OriginFilter(admin.SimpleListFilter):
    """Made by staff, or by the site itself."""

    title = pgettext_lazy("of a redirect", "origin")
    parameter_name = "by"

    def lookups(self, request, model_admin):
        return [("staff", _("made by staff")), ("site", _("made by the site, when an address changed"))]

    def queryset(self, request, queryset):
        wanted = {"staff": False, "site": True}.get(self.value())
        return queryset if wanted is None else queryset.filter(is_automatic=wanted)


class UseFilter(admin.SimpleListFilter):
    """Whether readers ever came this way."""

    title = pgettext_lazy("of a redirect", "use")
    parameter_name = "used"

    def lookups(self, request, model_admin):
        return [("yes", pgettext("of redirects", "used")), ("no", pgettext("of redirects", "never used"))]

    def queryset(self, request, queryset):
        wanted = {"yes": False, "no": True}.get(self.value())
        return queryset if wanted is None else queryset.filter(last_hit_at__isnull=wanted)


@admin.register(Redirect)
class RedirectAdmin(WholeSiteMixin, admin.ModelAdmin):
    """Redirects: each by those who edit in its language, those for all by those who edit in all."""

    form = RedirectForm
    list_display = ("source_column", "target_column", "language_column", "kind_column", "hits", "last_used_column")
    list_filter = ("kind", "language", OriginFilter, UseFilter)
    search_fields = ("source", "target")
    readonly_fields = ("try_it", "hits", "last_hit_at")

    def get_fieldsets(self, request, obj=None):
        facts = [(None, {"fields": ("language", "kind", "source", "target"), "description": self._explanation()})]
        use = [(_("Use"), {"fields": ("try_it", "hits", "last_hit_at")})] if obj else []
        return facts + use

    @staticmethod
    def _explanation():
        return _(
            "A redirect is for an address that nothing has: a page that is there is always shown. It counts from "
            "the moment it is saved. In a pattern, each * stands for any words, and the next * of the other address "
            "for the same: from “old/*” to “news/*”."
        )

    def about(self, row):
        if row.pk is None:
            return row
        return row, row.language or None

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if db_field.name == "language":
            may_add = permission_for(Redirect, "add")
            mine = [
                code for code in ["", *language_codes()] if request.user.has_perm(may_add, (Redirect(), code or None))
            ]
            names = dict(field.choices) | {"": capfirst(FOR_ALL)}
            field.choices = [(code, names[code]) for code in mine]
        return field

    def save_model(self, request, obj, form, change):
        # What somebody changed is theirs from then on.
        obj.is_automatic = obj.is_automatic and not form.changed_data
        super().save_model(request, obj, form, change)
        typed = obj.target
        straighten(obj)
        missed.forget(obj)
        if obj.target != typed:
            messages.info(
                request,
                _("“%(typed)s” leads on to “%(end)s”: readers are led there at once.")
                % {"typed": typed, "end": obj.target},
            )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            # LRI and PDI: the arrow points from one address to the other in languages of both directions.
            context["subtitle"] = f"\u2066{obj}\u2069"
        return super().render_change_form(request, context, add, change, form_url, obj)

    # What is shown ------------------------------------------------------------------

    @admin.display(description=pgettext_lazy("of a redirect", "from"), ordering="source")
    def source_column(self, redirect):
        return _address(redirect.source)

    @admin.display(description=pgettext_lazy("of a redirect", "to"), ordering="target")
    def target_column(self, redirect):
        return _address(redirect.target)

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def language_column(self, redirect):
        return redirect.get_language_display() if redirect.language else FOR_ALL

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_column(self, redirect):
        if redirect.is_automatic:
            return pgettext("kind of a redirect", "made by the site")
        is_pattern = redirect.kind == Kind.PATTERN
        return pgettext("kind of a redirect", "pattern") if is_pattern else pgettext("kind of a redirect", "exact")

    @admin.display(description=gettext_lazy("last used"), ordering="last_hit_at")
    def last_used_column(self, redirect):
        return _day(redirect.last_hit_at) if redirect.last_hit_at else None

    @admin.display(description=gettext_lazy("try it"))
    def try_it(self, redirect):
        """A link to the address in each language that the redirect is for; of a pattern, what becomes of an example."""
        codes = [redirect.language] if redirect.language else language_codes()
        if redirect.kind == Kind.PATTERN:
            example = redirect.source.replace("*", pgettext("example of any words in an address", "example"))
            return format_html(
                "{} · {}", _address(f"{example} → {target_for(redirect, example)}"), self._links(example, codes)
            )
        return self._links(redirect.source, codes)

    @staticmethod
    def _links(words, codes):
        rows = ((address_of(words, code), code, own_name(code)) for code in codes)
        return format_html_join(" · ", '<a href="{}" target="_blank" rel="noopener" lang="{}">{}</a>', rows)


@admin.register(MissedAddress)
class MissedAddressAdmin(WholeSiteMixin, admin.ModelAdmin):
    """Missed addresses: what readers asked for most stands first, one click from its redirect."""

    list_display = ("path_column", "redirect_column", "hits", "last_column")
    list_display_links = None
    search_fields = ("path",)
    ordering = ("-hits", "-last_at")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("address"), ordering="path")
    def path_column(self, row):
        return _address(row.path)

    @admin.display(description=gettext_lazy("last asked for"), ordering="last_at")
    def last_column(self, row):
        return _day(row.last_at)

    @admin.display(description=gettext_lazy("redirect"))
    def redirect_column(self, row):
        language, words = parts_of(row.path)
        url = f"{reverse('admin:pages_redirect_add')}?{urlencode({'language': language, 'source': words})}"
        label = _("Make a redirect from “%(address)s”") % {"address": row.path}
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, label, _("Redirect…"))


def _address(text):
    """An address in a table: it reads from left to right in every language."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


def _day(moment):
    return date_format(timezone.localtime(moment), "DATE_FORMAT")
