"""What keeps redirects straight: no circles, no chains, and those that the site makes itself when a section moves."""

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save, pre_save

from articles.models import Category
from pages import missed
from pages.models import Page, Redirect
from pages.redirects import Kind, Rules, captured, is_elsewhere, parts_of, target_for
from publishing.languages import language_codes
from publishing.signals import edition_changed

# No chain of redirects is longer: one that is, grows without an end.
MOST_HOPS = 10
# How many exact redirects that lead into a pattern are followed when it is saved.
MOST_FOLLOWED = 50


# --- Circles ----------------------------------------------------------------------------


def culprit_of_circle(changed):
    """
    The redirect that would lead readers in a circle together with `changed`, as it is about to be saved; or None.

    Each language is followed from an address that `changed` is for through all
    other redirects, patterns included.
    """
    rules = Rules(changed)
    for start in [changed, *_leading_into(changed)]:
        for language in [start.language] if start.language else language_codes():
            circle = _circle(rules, start, language)
            if circle:
                return next((row for row in reversed(circle) if row is not changed), changed)
    return None


def _leading_into(pattern):
    """Exact redirects to addresses that a pattern is for."""
    if pattern.kind != Kind.PATTERN:
        return []
    rows = Redirect.objects.filter(kind=Kind.EXACT, target__startswith=pattern.source.partition("*")[0])
    return [row for row in rows.order_by("-pk")[:MOST_FOLLOWED] if captured(pattern.source, row.target) is not None]


def _circle(rules, redirect, language):
    """The redirects that are followed from where `redirect` begins until they come back; empty if they do not."""
    place = language, redirect.source.replace("*", "x")
    seen, followed = {place}, []
    while redirect:
        followed.append(redirect)
        onward = _place_of(target_for(redirect, place[1]), redirect.language or place[0])
        if onward is None or onward == place:  # nobody is led to where they are
            return []
        if onward in seen or len(followed) > MOST_HOPS:
            return followed
        seen.add(onward)
        place, redirect = onward, rules.find(*onward)
    return []


def _place_of(target, language):
    """(language, words) of a target on this site, also if it is written as a whole address; None elsewhere."""
    target = target.partition("#")[0].partition("?")[0]
    if not is_elsewhere(target):
        return language, target.strip("/")
    own = f"{settings.NEWSROOM_SITE_URL}/"
    return parts_of(target.removeprefix(own)) if target.startswith(own) else None


# --- Chains -----------------------------------------------------------------------------


@transaction.atomic
def straighten(redirect):
    """
    Ends chains: where a → b and b → c are redirects of one language, a leads to c at once.

    Patterns, and chains through redirects for other languages, stay as they are.
    """
    if redirect.kind != Kind.EXACT:
        return
    alike = Redirect.objects.filter(kind=Kind.EXACT, language=redirect.language)
    onward = alike.filter(source=redirect.target).exclude(pk=redirect.pk).first()
    if onward:
        redirect.target = onward.target
        redirect.save(update_fields=["target"])
    differs = not redirect.language and Redirect.objects.filter(source=redirect.source).exclude(language="").exists()
    if not differs:
        alike.filter(target=redirect.source).exclude(source=redirect.target).update(target=redirect.target)


# --- What moves -------------------------------------------------------------------------


@transaction.atomic
def move(language, former, current):
    """Leads readers from the address that something had to the one that it has now. What staff made stays as it is."""
    free(language, current)
    alike = Redirect.objects.filter(kind=Kind.EXACT, language=language)
    alike.filter(source=current, target=former).delete()
    alike.filter(target=former).update(target=current)
    redirect, is_new = Redirect.objects.get_or_create(
        source=former, language=language, defaults={"target": current, "is_automatic": True}
    )
    if redirect.is_automatic and not is_new:
        Redirect.objects.filter(pk=redirect.pk).update(kind=Kind.EXACT, target=current)
    missed.forget(redirect)


def free(language, path):
    """An address is used again: the site's own redirect from it goes."""
    Redirect.objects.filter(source=path, language=language, is_automatic=True).delete()


def connect():
    """Listens to sections that move, and to pages that take an address."""
    pre_save.connect(_remember_paths, sender=Category, dispatch_uid="pages.redirect_rules")
    post_save.connect(_follow_section, sender=Category, dispatch_uid="pages.redirect_rules")
    edition_changed.connect(_follow_page, dispatch_uid="pages.redirect_rules")


def _remember_paths(sender, instance, **kwargs):
    names = [f"path_{code}" for code in language_codes()]
    instance.former_paths = sender.objects.filter(pk=instance.pk).values(*names).first() or {}


def _follow_section(sender, instance, **kwargs):
    """A section's subsections are saved after it, each with its own change of address."""
    for code in language_codes():
        former, current = instance.former_paths.get(f"path_{code}"), getattr(instance, f"path_{code}")
        if not current or former == current:
            continue
        if former:
            move(code, former, current)
        else:
            free(code, current)


def _follow_page(sender, item, language, **kwargs):
    edition = item.edition_in(language) if isinstance(item, Page) else None
    if edition and edition.is_public:
        free(language, edition.version.path)
