"""Who may do what, as groups of permissions."""

from django.contrib.auth.models import Group, Permission

EDITORS_APPS = ("articles", "pages", "coalition", "media_library")
EDITORS_ACTIONS = ("add", "change", "view", "publish")


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
