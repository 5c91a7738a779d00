"""In a real browser nothing of the attack strings runs, and nothing is asked of another host."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.models import Article
from desk.models import Autosave, Comment
from publishing.html import clean_html
from tests.attacks import collected, without_zeros
from tests.builders import make_article, make_byline, make_superuser, make_tag, publish, write
from tests.desk.forms import change_url

# What a payload would call; and a mark that it leaves whatever it does.
CANARY = """
window.__executed = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = (...words) => { window.__executed.push(`${name}(${words})`); };
}
window.steal = () => window.__executed.push("steal");
"""
# Handlers that wait for somebody are found without waiting for anybody.
HANDLERS = r"""() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes]
    .filter(({ name, value }) => /^on/i.test(name) || name === "srcdoc" ||
      ["href", "action", "formaction", "xlink:href"].includes(name) &&
      /^[\x00-\x20]*(javascript|data|vbscript):/i.test(value))
    .map((one) => `${element.tagName} ${one.name}=${one.value}`))"""


@pytest.fixture
def attacks():
    return [without_zeros(attack) for attack in collected()]


@pytest.fixture
def watched(open_page):
    """A page on which a payload that ran would leave a mark; foreign requests and refusals fail by themselves."""
    page = open_page()
    page.context.add_init_script(CANARY)
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield page
    assert dialogs == []


def look_at(page, address):
    page.goto(address, wait_until="load")
    find_nothing(page)


def find_nothing(page):
    # What payloads wait for most; a turn of the event loop lets whatever was set off run.
    page.evaluate("""async () => {
        for (const element of document.querySelectorAll("a, input, button, select, textarea, [tabindex]")) {
          element.dispatchEvent(new Event("mouseover", { bubbles: true }));
        }
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }""")
    assert page.evaluate("window.__executed") == [], page.url
    assert page.evaluate(HANDLERS) == [], page.url


@pytest.fixture
def unprotected(chromium, live_server):
    """
    A page of the desk without its policy: what is put into the editor must not run even then.

    With the policy Chromium also reports what stands in documents that are only
    read (`DOMParser`). Pictures that somebody pastes are asked for here; the
    policy is what keeps the editor from that.
    """
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    context.add_init_script(CANARY)
    page = context.new_page()
    page.set_default_timeout(20_000)
    dialogs, asked = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def answer(route):
        if route.request.url.startswith(live_server.url):
            return route.continue_()
        asked.append((route.request.resource_type, route.request.url))
        return route.abort()

    context.route("**/*", answer)
    yield page
    context.close()
    assert dialogs == []
    assert [url for kind, url in asked if kind != "image"] == []


def bodies(attacks, size=12_000):
    """All strings in a few texts; those that are refused as a whole are left out."""
    text = ""
    for attack in attacks:
        piece = f"<p>before</p>{attack}<p>after</p>"
        if not is_taken(text + piece) or len(text) + len(piece) > size:
            if text:
                yield text
            text = ""
        text += piece if is_taken(piece) else ""
    yield text


def is_taken(html):
    try:
        return bool(clean_html(html))
    except ValidationError:
        return False


def write_attacks(attacks):
    """Articles that hold all strings as HTML, and some in every other text; all published."""
    texts = list(bodies(attacks))
    section = make_article().category
    for number, text in enumerate(texts):
        words = attacks[number :: len(texts)]
        tag, byline = make_tag(name_en=words[0][:90]), make_byline(name_en=words[1][:90], role_en=words[2][:90])
        article = make_article(
            title_en=f"{words[3]} {words[4]}"[:160], standfirst_en=" ".join(words)[:480], seo_title_en=words[5][:160],
            seo_description_en=words[6][:200], body_en=text, tags=[tag], bylines=[byline], category=section,
        )  # fmt: skip
        yield publish(article, "en")


def test_public_pages_run_nothing(watched, attacks):
    articles = list(write_attacks(attacks))
    assert len(articles) > 5
    for article in articles:
        look_at(watched, article.editions.get(language="en").get_absolute_url())
    look_at(watched, article.category.get_absolute_url())
    look_at(watched, "/en/")
    look_at(watched, article.tags.first().get_absolute_url())
    look_at(watched, article.bylines.first().get_absolute_url())


def test_screens_of_the_desk_run_nothing(watched, sign_in, attacks):
    person = make_superuser(display_name=attacks[3][:60])
    sign_in(watched, person)
    for article in list(write_attacks(attacks))[:6]:
        words = article.title_en
        write(article, "en", title=words[::-1][:160], body=f"{article.body_en}<p>new</p>", by=person, note=words)
        kind = ContentType.objects.get_for_model(Article)
        Comment.objects.create(item_type=kind, item_id=article.pk, language="en", text=words, author=person)
        arguments = ["articles.article", article.pk, "en"]
        screens = ("history", "comments", "preview_screen", "preview", "share")
        addresses = [reverse(f"admin:desk_{screen}", args=arguments) for screen in screens]
        addresses += [f"{reverse('admin:desk_compare', args=arguments)}?before=live&after=working", change_url(article)]
        addresses += [reverse("admin:desk_translate", args=["articles.article", article.pk, "tr"])]
        for address in addresses:
            look_at(watched, address)
    for name in ("index", "articles_article_changelist", "publishing_tag_changelist", "desk_board", "desk_calendar"):
        look_at(watched, reverse(f"admin:{name}"))


def open_english(page, article):
    # From elsewhere: the same address with a place on the page would not be loaded again.
    page.goto("/healthz")
    page.goto(f"{change_url(article)}#en")
    page.wait_for_selector("#text-en .ProseMirror[contenteditable]")


def test_what_is_pasted_into_the_editor_and_typed_into_titles_runs_nothing_and_is_stored_clean(
    unprotected, sign_in, attacks
):
    sign_in(unprotected, make_superuser())
    article = publish(make_article(), "en")
    for text in bodies(attacks, size=25_000):
        # A form refuses dangerous links by name; what is tried here is the rest.
        text = re.sub(r"(?i)<a\b", "<i", text)
        open_english(unprotected, article)
        unprotected.fill("#id_title_en", re.sub(r"\s+", " ", text)[-150:])
        unprotected.click("#text-en .ProseMirror[contenteditable]")
        unprotected.evaluate(
            """html => {
                const clipboard = new DataTransfer();
                clipboard.setData("text/html", html);
                const target = document.querySelector("#text-en .ProseMirror[contenteditable]");
                const facts = { clipboardData: clipboard, bubbles: true, cancelable: true };
                target.dispatchEvent(new ClipboardEvent("paste", facts));
            }""",
            text,
        )
        find_nothing(unprotected)
        with unprotected.expect_navigation():
            unprotected.click("[name=_continue]")
        find_nothing(unprotected)
        article.refresh_from_db()
        assert clean_html(article.body_en) == article.body_en
        assert "before" in article.body_en


def test_kept_work_that_is_put_into_the_form_runs_nothing(unprotected, sign_in, attacks):
    person, article = make_superuser(), make_article()
    sign_in(unprotected, person)
    for text in bodies(attacks, size=25_000):
        Autosave.objects.update_or_create(
            user=person,
            item_type=ContentType.objects.get_for_model(Article),
            item_id=article.pk,
            part="en",
            defaults={"values": {"body_en": text, "title_en": text[:150]}, "seal": "1:x"},
        )
        open_english(unprotected, article)
        find_nothing(unprotected)
        unprotected.click(".kept-work [data-put]")
        find_nothing(unprotected)
