from django.contrib import admin

from accounts.addresses import is_staff_address
from accounts.second_factor import is_outstanding


def staff_pages(request):
    """What the admin's frame needs on the pages of signing in and of one's own account."""
    if not is_staff_address(request.path_info):
        return {}
    context = admin.site.each_context(request)
    may_work = context["has_permission"]
    # Before the second factor there is nowhere to go but to set one up: no menu, no notices.
    # Asked when a page uses it: the admin's own pages bring their own answer.
    return context | {"has_permission": lambda: may_work and not is_outstanding(request)}
