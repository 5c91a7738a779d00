"""Posting the admin's forms as a browser would: what the page shows, and what a person changes in it."""

from html.parser import HTMLParser

from django.urls import reverse


class _FormReader(HTMLParser):
    """Collects the values that a browser would send for the page's main form."""

    def __init__(self):
        super().__init__()
        self.values = {}
        self._textarea = None
        self._select = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "input" and name and attrs.get("type") not in {"submit", "file", "button"}:
            if attrs.get("type") in {"checkbox", "radio"} and "checked" not in attrs:
                return
            self.values[name] = attrs.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = ""
        elif tag == "select":
            self._select = (name, "multiple" in attrs)
            if "multiple" in attrs:
                self.values[name] = []
        elif tag == "option" and self._select and "selected" in attrs:
            name, multiple = self._select
            if multiple:
                self.values[name].append(attrs.get("value", ""))
            else:
                self.values[name] = attrs.get("value", "")

    def handle_data(self, data):
        if self._textarea:
            self.values[self._textarea] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            # A browser drops the first line break of a text area.
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\n").removeprefix("\r\n")
            self._textarea = None
        elif tag == "select":
            self._select = None


def change_url(item):
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_change", args=[item.pk])


def open_form(client, url):
    """What a person who opened the page would send if they changed nothing."""
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return values_of(response.content.decode())


def values_of(page):
    """What a browser would send of a page's main form."""
    reader = _FormReader()
    reader.feed(page)
    return {name: value for name, value in reader.values.items() if not name.startswith(("q", "action"))}


def send(client, url, values, **changes):
    """Sends the form with some values changed; follows nothing."""
    return client.post(url, values | changes)
