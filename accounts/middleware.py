from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from accounts import second_factor, sessions
from accounts.addresses import ACCOUNT_PREFIX, ADMIN_PREFIX, is_staff_address


class InterfaceLanguageMiddleware:
    """
    Shows staff pages in the language that their user has chosen.

    Only addresses without a language of their own are touched: on public pages
    the language comes from the path alone. Before sign-in the browser's
    preference decides (`LanguageMiddleware`), or `?language=` of the links on
    the sign-in page, which goes along from page to page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_staff_address(request.path_info):
            return self.get_response(request)
        language = self.chosen_language(request)
        if language not in dict(settings.LANGUAGES):
            return self.get_response(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return self.carry(language, request, self.get_response(request))

    @staticmethod
    def chosen_language(request):
        if request.user.is_authenticated:
            return request.user.interface_language
        return request.GET.get("language")

    @staticmethod
    def carry(language, request, response):
        """Keeps the language in the address on the way from one page before sign-in to the next."""
        location = response.headers.get("Location", "")
        if request.user.is_anonymous and location.startswith(ACCOUNT_PREFIX) and "language=" not in location:
            sign = "&" if "?" in location else "?"
            response.headers["Location"] = f"{location}{sign}{urlencode({'language': language})}"
        return response


class StaffSessionMiddleware:
    """
    Ends sessions that are too old or were left alone, and lets nobody into the admin without a needed second factor.

    Public pages are not looked at: they know no sessions.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_staff_address(request.path_info) and request.user.is_authenticated:
            if sessions.is_over(request.session):
                logout(request)
            else:
                sessions.note_use(request)
        return self._without_second_factor(request) or self.get_response(request)

    @staticmethod
    def _without_second_factor(request):
        """Where to go first, for somebody in the admin whose session has not shown a second factor that it needs."""
        if not request.path_info.startswith(ADMIN_PREFIX) or not second_factor.is_outstanding(request):
            return None
        if second_factor.has_one(request.user):
            # Set up elsewhere meanwhile, or the rule is new: sign in again, with it.
            logout(request)
            return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}")
        return HttpResponseRedirect(reverse("account_second_factor_needed"))
