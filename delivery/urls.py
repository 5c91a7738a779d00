from django.urls import path
from django.urls.resolvers import LocalePrefixPattern, RoutePattern, URLResolver

import delivery.converters  # noqa: F401 (`indexnow`)
from delivery import offline, security_txt, views
from delivery.display import DisplaySettings
from delivery.robots import robots

in_language = [path("display/", DisplaySettings.as_view(), name="display")]

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("robots.txt", robots),
    path(security_txt.PATH, views.security),
    path("<indexnow:key>.txt", views.indexnow_key),
    path(offline.PATH, offline.worker),
    # What `i18n_patterns` makes; that function may only stand in the root URLconf.
    URLResolver(RoutePattern(""), [URLResolver(LocalePrefixPattern(), in_language)]),
]
