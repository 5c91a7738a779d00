from django.urls import path

from articles.feeds.addresses import ATOM, JSON, RSS
from pages import contact, feeds, help, offline, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.offline, name="offline"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.contact_sent, name="contact-sent"),
    path("accessibility/", help.accessibility, name="accessibility"),
    path("keyboard/", help.keyboard, name="keyboard"),
    path("feed/", feeds.everything, {"kind": RSS}, name="feed"),
    path("feed/atom/", feeds.everything, {"kind": ATOM}, name="feed-atom"),
    path("feed/json/", feeds.everything, {"kind": JSON}, name="feed-json"),
    path("feed/podcast/", feeds.podcast, name="feed-podcast"),
    path("feed/about/", feeds.about, name="feed-about"),
    path("tags/<number:pk>-<words:slug>/feed/", feeds.tag, {"kind": RSS}, name="feed-tag"),
    path("tags/<number:pk>-<words:slug>/feed/atom/", feeds.tag, {"kind": ATOM}, name="feed-tag-atom"),
    path("bylines/<number:pk>-<words:slug>/feed/", feeds.byline, {"kind": RSS}, name="feed-byline"),
    path("bylines/<number:pk>-<words:slug>/feed/atom/", feeds.byline, {"kind": ATOM}, name="feed-byline-atom"),
    path("<path:path>/feed/", feeds.section, {"kind": RSS}, name="feed-section"),
    path("<path:path>/feed/atom/", feeds.section, {"kind": ATOM}, name="feed-section-atom"),
    path("<path:path>/", views.at_path, name="at-path"),
]
