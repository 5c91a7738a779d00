"""
Who may do what.

A role is a set of permissions; a `RoleAssignment` gives it to a person, in
one language or section if it is limited. This table is the one place that
says what a role contains; a group of the same name mirrors it for Django's
own tools, and a member of that group has the role everywhere.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.models import RoleAssignment

Role = RoleAssignment.Role

# What is published, and what it is made of.
PUBLISHED_MODELS = ("articles.article", "pages.page", "coalition.body", "coalition.person")
MEDIA_MODELS = (
    *(
        f"media_library.{name}"
        for name in (
            "picture",
            "album",
            "albumpicture",
            "video",
            "playlist",
            "playlistvideo",
            "infographic",
            "document",
        )
    ),
    "coalition.pressconference",
    "coalition.speaker",
)
SHARED_MODELS = ("articles.byline", "publishing.tag", "articles.topicpage")
SECTION_MODELS = ("articles.category", "coalition.mandate", "coalition.representative")
FRONT_MODELS = ("pages.menuitem", "pages.homeslot", "pages.breakingline")


def _permissions(models, *actions):
    """{"articles.change_article", …} for each model and action."""
    split = [model.split(".") for model in models]
    return frozenset(f"{app}.{action}_{name}" for app, name in split for action in actions)


_SEE_ALL = _permissions(
    (*PUBLISHED_MODELS, *MEDIA_MODELS, *SHARED_MODELS, *SECTION_MODELS, *FRONT_MODELS, "media_library.collection"),
    "view",
)  # fmt: skip

PERMISSIONS = {
    Role.TRANSLATOR: _SEE_ALL | _permissions(PUBLISHED_MODELS, "change") | _permissions(MEDIA_MODELS, "change"),
    Role.REPORTER: _SEE_ALL
    | _permissions(("articles.article",), "add", "change")
    | _permissions((*MEDIA_MODELS, *SHARED_MODELS), "add", "change"),
}
PERMISSIONS[Role.EDITOR] = (
    PERMISSIONS[Role.REPORTER]
    | _permissions(PUBLISHED_MODELS, "add", "change", "approve", "delete")
    | _permissions(MEDIA_MODELS, "delete")
    # Whoever may get an original may also undo what hides a part of it from readers.
    | _permissions(("media_library.picture",), "original")
    | _permissions(("media_library.collection",), "add", "change")
    | _permissions(("pages.homeslot", "pages.breakingline"), "add", "change", "delete")
    | _permissions(("coalition.mandate", "coalition.representative"), "add", "change", "delete")
    | _permissions(("pages.redirect",), "view", "add", "change", "delete")
    | _permissions(("search.synonym",), "view", "add", "change", "delete")
    | _permissions(("pages.missedaddress", "search.fruitlesssearch"), "view", "delete")
)
PERMISSIONS[Role.PUBLISHER] = PERMISSIONS[Role.EDITOR] | _permissions(PUBLISHED_MODELS, "publish")
PERMISSIONS[Role.ADMIN] = (
    PERMISSIONS[Role.PUBLISHER]
    | _permissions((*MEDIA_MODELS, *SHARED_MODELS, *SECTION_MODELS, *FRONT_MODELS), "add", "change", "delete")
    | _permissions(("media_library.collection",), "delete")
    | _permissions(("pages.sitesettings",), "view", "change")
    # Readers' messages themselves are their receivers' alone: no role has a right to them.
    | _permissions(("pages.contacttopic",), "view", "add", "change", "delete")
    | _permissions(("accounts.user",), "view", "add", "change", "undo")
    | _permissions(("accounts.invitation", "accounts.lockdown"), "view", "add", "change")
    | _permissions(("accounts.auditentry",), "view", "export")
)


def permission_for(model, action):
    """The name of the permission to do `action` ("change", "publish", …) to things of a model."""
    return f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def assignments_of(user):
    """A person's role assignments, asked for once per person object."""
    if user.is_anonymous:
        return []
    if not hasattr(user, "_role_assignments"):
        user._role_assignments = list(user.role_assignments.all())
    return user._role_assignments


def has_role(user, roles):
    """Whether somebody has one of these roles, anywhere at all."""
    return any(entry.role in roles for entry in assignments_of(user)) or user.groups.filter(name__in=roles).exists()


@transaction.atomic
def sync_groups(**kwargs):
    """
    Brings the group of each role in step with `PERMISSIONS`; returns the names of those that changed.

    Runs after every migration, and by `manage.py sync_roles`.
    """
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    return [
        role for role in Role.values if _sync_group(role, {known[name] for name in PERMISSIONS[role] & known.keys()})
    ]


def _sync_group(role, permissions):
    group, is_new = Group.objects.get_or_create(name=role)
    before = set(group.permissions.values_list("pk", flat=True))
    if before == permissions:
        return is_new
    group.permissions.set(permissions)
    return True
