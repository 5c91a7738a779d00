"""Deleting from the library: what is used is kept, and the answer says by what."""

from django.contrib import admin

from media_library.where_used import users_of

# How many users of each thing the pages name.
LISTED = 20


class RefusesUsed(admin.ModelAdmin):
    """
    The admin of something in the library that other things hold.

    Django's own pages for deleting (one, or many from the list) show what
    `get_deleted_objects` calls protected, and then offer no button.
    """

    delete_confirmation_template = "media_library/delete_used.html"
    delete_selected_confirmation_template = "media_library/delete_selected_used.html"

    def get_deleted_objects(self, objs, request):
        """As Django wants it: what goes, counts, missing rights; in place of protected rows, what uses which thing."""
        used = [{"name": str(row), "users": users_of(row, request.user, limit=LISTED)} for row in objs]
        used = [one for one in used if one["users"]]
        return ([], {}, set(), used) if used else super().get_deleted_objects(objs, request)
