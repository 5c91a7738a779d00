"""The table of contents of the site's addresses. Order matters: pages and sections take whatever is left."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

import publishing.converters  # noqa: F401 (`number`)
from newsroom import sitemaps
from pages.views import language_choice

urlpatterns = [
    path("", language_choice),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-news-<slug:language>.xml", sitemaps.news, name="news-sitemap"),
    path("sitemap-<slug:kind>-<number:number>.xml", sitemaps.one, name="sitemap-file"),
    path("", include("delivery.urls")),
    path("", include("desk.urls")),
    path("account/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    *i18n_patterns(path("", include("coalition.urls"))),
    *i18n_patterns(path("", include("search.urls"))),
    path("", include("articles.urls")),
    *i18n_patterns(path("", include("pages.urls"))),
]

handler403 = "pages.views.access_refused"
handler404 = "pages.views.page_not_found"
