"""
What roles contain, and what somebody may do, in words: made from `accounts.roles.PERMISSIONS`, never written twice.

Things to which the same is allowed stand together.
"""

from dataclasses import dataclass

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.backends import sections_of
from accounts.models import RoleAssignment
from accounts.roles import FRONT_MODELS, MEDIA_MODELS, PERMISSIONS, PUBLISHED_MODELS, SECTION_MODELS, SHARED_MODELS
from accounts.standing import given_outside_roles
from accounts.words import where_of

Role = RoleAssignment.Role

# In the order in which people meet them. Whatever else there is to be done stands last, under its own name.
ACTIONS = {
    "view": gettext_lazy("see them"),
    "add": gettext_lazy("make new ones"),
    "change": gettext_lazy("change them"),
    "approve": gettext_lazy("approve them"),
    "publish": gettext_lazy("publish, schedule and withdraw them"),
    "original": gettext_lazy("get their original files, and show hidden parts again"),
    "delete": gettext_lazy("delete them"),
    "export": gettext_lazy("export them"),
    "undo": gettext_lazy("take back what they did"),
}
# Where that would say too little.
OWN_WORDS = {
    ("accounts.user", "add"): gettext_lazy("invite new colleagues"),
    ("accounts.user", "change"): gettext_lazy("give and take roles, deactivate and activate, end sessions"),
    ("accounts.invitation", "change"): gettext_lazy("send them again, take them back"),
    ("accounts.lockdown", "add"): gettext_lazy("lock the newsroom down"),
    ("accounts.lockdown", "change"): gettext_lazy("open the newsroom again, together with another admin"),
    ("pages.sitesettings", "view"): gettext_lazy("see these"),
    ("pages.sitesettings", "change"): gettext_lazy("change these"),
}
# What our tables call otherwise than people do.
NAMES = {"accounts.user": gettext_lazy("accounts of colleagues"), "accounts.auditentry": gettext_lazy("log entries")}
# Rows that belong to something else, in whose form they are written.
PARTS = frozenset({"media_library.albumpicture", "media_library.playlistvideo", "coalition.speaker"})

_ORDER = (*PUBLISHED_MODELS, *MEDIA_MODELS, "media_library.collection", *SHARED_MODELS, *SECTION_MODELS, *FRONT_MODELS)


@dataclass(frozen=True)
class Thing:
    """Things of one kind, or of several kinds to which the same is allowed, and what is to be said of each action."""

    name: str
    actions: list


def table_of_roles():
    """
    Every thing with its actions, and for each action whether each role has it, in the order of `Role`.

    A `Thing`'s actions are pairs of words and a list of (role's name, whether it may).
    """
    holders = {}
    for role, permissions in PERMISSIONS.items():
        for permission in permissions:
            model, action = _parts(permission)
            holders.setdefault(model, {}).setdefault(action, set()).add(role)
    return [
        Thing(name, [(words, [(role.label, role in roles) for role in Role]) for words, roles in actions])
        for name, actions in _together(holders)
    ]


def scopes_of(person):
    """
    Where somebody may do what: pairs of a place in words and a list of `Thing`, whose actions are words.

    Languages and sections limit what is published: articles, pages, bodies,
    people. What these are made of is the whole newsroom's, and stands last.
    """
    assignments = list(person.role_assignments.select_related("category"))
    given = given_outside_roles(person)
    places = {(entry.language, entry.category_id): entry for entry in assignments}
    if given:
        places[None, None] = RoleAssignment()
    in_order = sorted(places.values(), key=lambda entry: (entry.language or "", entry.category_id or 0))
    scopes = [(capfirst(where_of(place)), _published(assignments, given, place)) for place in in_order]
    everything = given.union(*(PERMISSIONS[entry.role] for entry in assignments))
    shared = [name for name in everything if _parts(name)[0] not in PUBLISHED_MODELS]
    scopes.append((_("Whatever the language and the section"), _things(shared)))
    return [(place, things) for place, things in scopes if things]


def _published(assignments, given, place):
    """What may be done to published things in one place; deleting one takes a right to all its languages."""
    sections = sections_of(place)
    found = []
    for permission in given.union(*PERMISSIONS.values()):
        model, action = _parts(permission)
        if model not in PUBLISHED_MODELS:
            continue
        language = None if action == "delete" else place.language
        where = (sections or set()) if _has_sections(model) else None
        if permission in given or any(
            permission in PERMISSIONS[entry.role] and entry.covers(language, where) for entry in assignments
        ):
            found.append(permission)
    return _things(found)


def _things(permissions):
    actions = {}
    for permission in permissions:
        model, action = _parts(permission)
        actions.setdefault(model, {})[action] = ()
    return [Thing(name, [words for words, _nothing in found]) for name, found in _together(actions)]


def _together(actions_of_models):
    """
    {model: {action: what is known of it}} → pairs of names, and of actions in words with what is known.

    Models to whose actions the same applies share a pair.
    """
    groups = {}
    for model in sorted(actions_of_models.keys() - PARTS, key=_place):
        groups.setdefault(_in_words(model, actions_of_models[model]), []).append(_name(model))
    return [(capfirst(pgettext("between names", ", ").join(names)), actions) for actions, names in groups.items()]


def _in_words(model, actions):
    known = list(ACTIONS)
    in_order = sorted(actions, key=lambda name: (known.index(name) if name in known else len(known), name))
    return tuple(
        (str(OWN_WORDS.get((model, name)) or ACTIONS.get(name, name)), frozenset(actions[name])) for name in in_order
    )


def _parts(permission):
    """ "articles.publish_article" → "articles.article" and "publish"."""
    app, _dot, codename = permission.partition(".")
    action, _line, model = codename.partition("_")
    return f"{app}.{model}", action


def _name(model):
    return str(NAMES.get(model) or apps.get_model(model)._meta.verbose_name_plural)


def _place(model):
    return (_ORDER.index(model) if model in _ORDER else len(_ORDER), model)


def _has_sections(model):
    return any(field.name == "category" for field in apps.get_model(model)._meta.get_fields())
