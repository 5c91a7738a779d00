from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group

from accounts.models import RoleAssignment

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin):
    """
    Django's groups, for superusers only.

    The groups of the roles are looked at and not changed: they mirror the
    table in `accounts.roles`, and the next migration would bring them back.
    """

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser and not self._is_mirror(obj)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser and not self._is_mirror(obj)

    @staticmethod
    def _is_mirror(group):
        return group is not None and group.name in RoleAssignment.Role.values
