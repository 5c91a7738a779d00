"""Addresses of the desk outside the admin: they need no signing in, the key that they contain stands for it."""

from django.urls import path

from desk import calendar, previews

urlpatterns = [
    path("desk-calendar/<str:key>.ics", calendar.feed, name="calendar_feed"),
    path("preview/<str:key>/", previews.shared, name="shared_preview"),
    path("preview/<str:key>/<int:number>/", previews.shared_text, name="shared_text"),
]
