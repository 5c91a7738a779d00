from django.urls import path
from django.urls.resolvers import LocalePrefixPattern, RoutePattern, URLResolver

import publishing.converters  # noqa: F401 (`words`, `number`, `year`, `two`)
from articles import archive, hubs, lists, press_conferences, views

app_name = "articles"

in_language = [
    path("tags/<number:pk>-<words:slug>/", lists.tag, name="tag"),
    path("bylines/<number:pk>-<words:slug>/", lists.byline, name="byline"),
    path("archive/", archive.years, name="archive"),
    path("archive/<year:year>/", archive.period, name="archive-year"),
    path("archive/<year:year>/<two:month>/", archive.period, name="archive-month"),
    path("archive/<year:year>/<two:month>/<two:day>/", archive.period, name="archive-day"),
    path("formats/", hubs.formats, name="formats"),
    path("formats/<words:words>/", hubs.hub, name="hub"),
    path("press-conferences/<number:pk>.ics", press_conferences.calendar_entry, name="press-conference-calendar"),
    path("<path:section>/<number:pk>-<words:slug>/", views.article_detail, name="detail"),
]

urlpatterns = [
    path("a/<number:pk>/", views.short_address, name="short"),
    # What `i18n_patterns` makes. That function may only stand in the root URLconf, and a
    # namespace can have only one entry there, but the short address has no language.
    URLResolver(RoutePattern(""), [URLResolver(LocalePrefixPattern(), in_language)]),
]
