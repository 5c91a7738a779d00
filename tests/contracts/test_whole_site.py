"""The whole demo site, read as a robot would: every page that can be reached, in all four languages."""

import re
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib
import polib
import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from pages.seed import library
from publishing.languages import language_codes
from tests.contracts.messages import ROOT

# What is asked of a database here is asked in other tests, too.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HOST = "testserver"
MOST_PAGES = 6_000
# Attributes by which a page makes the browser ask for something.
LOADS = {"src", "poster", "data-embed-poster"}
LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]{2,}")
ISOLATED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
OTHER_DIRECTION = {"bdi", "code", "kbd"}
NOT_READ = {"script", "style", "title", "svg", "template"}


class Reader:
    """Follows links below the site's languages; `pages`: address → tree of each HTML page."""

    def __init__(self, *starts):
        self.client, self.pages, self.problems = Client(), {}, []
        self._waiting, self._seen = [(start, "the beginning") for start in starts], set()
        while self._waiting and len(self._seen) < MOST_PAGES:
            self._read(*self._waiting.pop())

    def _read(self, address, where):
        if address in self._seen:
            return
        self._seen.add(address)
        response = self.client.get(address)
        if response.status_code in {301, 302}:
            self._follow(urljoin(address, response["Location"]), where)
        elif response.status_code != 200:
            self.problems.append(f"{where} leads to {address}: {response.status_code}")
        if response.cookies:
            self.problems.append(f"{address} sets {', '.join(response.cookies)}")
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            self._take(address, response.content.decode())

    def _take(self, address, html):
        tree = html5lib.parse(html, namespaceHTMLElements=False)
        self.pages[address] = tree
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            for loaded in _loaded_by(element):
                host = urlsplit(loaded).netloc
                if host not in {"", HOST}:
                    self.problems.append(f"{address} loads {loaded}")
            if element.tag == "a" and element.get("href"):
                self._follow(urljoin(f"http://{HOST}{address}", element.get("href")), address)

    def _follow(self, link, where):
        parts = urlsplit(urldefrag(link).url)
        is_ours = parts.netloc in {"", HOST} and parts.scheme in {"", "http"}
        if is_ours and re.match(r"/(?:en|ar|tr|ku|a)/", parts.path):
            self._waiting.append((parts._replace(scheme="", netloc="").geturl(), where))


def _loaded_by(element):
    yield from (element.get(name) for name in LOADS if element.get(name))
    if element.get("srcset"):
        yield from (part.split()[0] for part in element.get("srcset").split(","))
    is_resource = element.tag == "link" and element.get("rel") not in {"canonical", "alternate", "me", "prev", "next"}
    if is_resource and element.get("href"):
        yield element.get("href")
    if element.tag == "form":
        yield element.get("action") or ""


@pytest.fixture
def demo(monkeypatch):
    """The demo content, with pictures of one colour."""
    plain = Image.new("RGB", (48, 60), "#3a6b52")
    for name in ("draw_scene", "draw_portrait", "draw_bars"):
        monkeypatch.setattr(library.drawing, name, lambda *args, **options: plain)
    monkeypatch.setattr(library.drawing, "draw_document", lambda *args, **options: b"%PDF-1.4\n%%EOF\n")
    call_command("seed_structure", verbosity=0)
    call_command("seed_demo", verbosity=0)


@pytest.mark.usefixtures("demo")
def test_the_whole_demo_site_has_no_dead_link_no_foreign_host_no_cookie_and_no_untranslated_word():
    reader = Reader(*(f"/{code}/" for code in language_codes()))
    problems = reader.problems
    for address, tree in reader.pages.items():
        language = address.split("/")[1]
        texts = list(_texts(tree))
        if language == "ar":
            problems += [f"{address}: Latin words without bdi or lang: {text}" for text, is_apart, _own in texts
                         if LATIN.search(ISOLATED.sub("", text)) and not is_apart]  # fmt: skip
        elif language != "en":
            english = untranslated(language)
            problems += [f"{address}: not translated: {text}" for text, _is_apart, is_own in texts
                         if text in english and is_own]  # fmt: skip
    for language in language_codes():
        assert sum(address.startswith(f"/{language}/") for address in reader.pages) > 100, language
    assert not problems, f"{len(problems)} problems\n" + "\n".join(sorted(set(problems))[:60])


def _texts(tree):
    """(text, whether it stands apart from the page's direction, whether it is in the page's language) of all text."""
    yield from _texts_below(tree.find("body"), is_apart=False, is_own=True)


def _texts_below(element, *, is_apart, is_own):
    if not isinstance(element.tag, str) or element.tag in NOT_READ:
        return
    is_own = is_own and not element.get("lang")
    is_apart = is_apart or element.tag in OTHER_DIRECTION or bool(element.get("lang") or element.get("dir"))
    # What staff wrote in rich text carries no marks of ours.
    is_apart = is_apart or "prose" in (element.get("class") or "").split()
    if text := " ".join((element.text or "").split()):
        yield text, is_apart, is_own
    for name in ("aria-label", "alt", "placeholder"):
        if element.get(name):
            yield element.get(name), True, is_own
    for child in element:
        yield from _texts_below(child, is_apart=is_apart, is_own=is_own)
        if tail := " ".join((child.tail or "").split()):
            yield tail, is_apart, is_own


@lru_cache
def untranslated(language):
    """English messages whose words in `language` are others: no page in it may show them."""
    po = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    return {entry.msgid for entry in po if entry.msgstr and entry.msgstr != entry.msgid and " " in entry.msgid}
