"""
Who may do what.

A role is a set of permissions; a `RoleAssignment` gives it to a person, in
one language or section if it is limited. This table is the one place that
says what a role contains.
"""

from django.contrib.auth.models import Group, Permission

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
SHARED_MODELS = ("articles.byline", "publishing.tag")
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
)
PERMISSIONS[Role.PUBLISHER] = PERMISSIONS[Role.EDITOR] | _permissions(PUBLISHED_MODELS, "publish")
PERMISSIONS[Role.ADMIN] = (
    PERMISSIONS[Role.PUBLISHER]
    | _permissions((*MEDIA_MODELS, *SHARED_MODELS, *SECTION_MODELS, *FRONT_MODELS), "add", "change", "delete")
    | _permissions(("media_library.collection",), "delete")
    | _permissions(("pages.sitesettings",), "view", "change")
)

EDITORS_APPS = ("articles", "pages", "coalition", "media_library")
EDITORS_ACTIONS = ("add", "change", "view", "approve", "publish")


def editors():
    """The group of those who write and publish. Its permissions are set once; then they belong to the admins."""
    group, is_new = Group.objects.get_or_create(name="Editors")
    if is_new:
        permissions = Permission.objects.select_related("content_type")
        group.permissions.set([permission for permission in permissions if _is_for_editors(permission)])
    return group


def _is_for_editors(permission):
    kind = permission.content_type
    is_theirs = kind.app_label in EDITORS_APPS or (kind.app_label, kind.model) == ("publishing", "tag")
    return is_theirs and permission.codename.partition("_")[0] in EDITORS_ACTIONS
