"""Roles and where they count, in words for people. The log has words of its own (`accounts.workflow.in_words`)."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.mails import isolated
from accounts.models import RoleAssignment

Role = RoleAssignment.Role


def language_name(code):
    """How a language calls itself."""
    return dict(settings.LANGUAGES).get(code, code)


def list_of(names):
    """Names of any direction, one after the other."""
    return pgettext("between names", ", ").join(isolated(name) for name in names)


def where(languages, sections):
    """ "everywhere", "العربية", "all languages · News, Culture"; nothing in either means all."""
    if not languages and not sections:
        return _("everywhere")
    in_languages = list_of(language_name(code) for code in languages) or _("all languages")
    return f"{in_languages} · {list_of(sections)}" if sections else in_languages


def where_of(assignment):
    """Where one assignment of a role counts."""
    languages = [assignment.language] if assignment.language else []
    sections = [assignment.category] if assignment.category_id else []
    return where(languages, sections)


def roles_of_person(person):
    """Every role of somebody, the highest first: "editor (everywhere)", "translator (Türkçe)"."""
    words = [_("superuser (everything, everywhere)")] if person.is_superuser else []
    groups = {group.name for group in person.groups.all()}
    for role in reversed(Role):
        assignments = [entry for entry in person.role_assignments.all() if entry.role == role]
        places = [_("everywhere")] if role in groups else []
        places += [place for entry in assignments if (place := where_of(entry)) not in places]
        words += [_("%(role)s (%(where)s)") % {"role": role.label, "where": place} for place in places]
    return words
