from django.conf import settings
from django.utils import translation


class InterfaceLanguageMiddleware:
    """
    Shows the admin in the language that its user has chosen.

    Only addresses without a language of their own are touched: on public pages
    the language comes from the path alone. Before sign-in the browser's
    preference decides (`LanguageMiddleware`), or `?language=` of the links on
    the sign-in page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith("/admin/"):
            language = self.chosen_language(request)
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return self.get_response(request)

    @staticmethod
    def chosen_language(request):
        if request.user.is_authenticated:
            return request.user.interface_language
        return request.GET.get("language")
