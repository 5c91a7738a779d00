from django.contrib import admin

from accounts.addresses import ACCOUNT_PREFIX
from accounts.second_factor import is_outstanding


def staff_pages(request):
    """What the admin's frame needs on the pages of signing in and of one's own account; the admin's bring their own."""
    if not request.path_info.startswith(ACCOUNT_PREFIX):
        return {}
    context = admin.site.each_context(request)
    # Before the second factor there is nowhere to go but to set one up: no menu, no notices.
    return context | {"has_permission": context["has_permission"] and not is_outstanding(request)}
