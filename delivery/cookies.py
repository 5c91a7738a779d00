"""What a request carries of somebody who has signed in."""

from django.conf import settings


def has_session(request):
    """Whether it comes with the cookie of a session. Most readers send no cookie that could be looked through."""
    return "HTTP_COOKIE" in request.META and settings.SESSION_COOKIE_NAME in request.COOKIES
