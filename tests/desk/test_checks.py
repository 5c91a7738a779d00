"""What editors are told before a text goes out: what must be put right, and what should be looked at."""

import threading
from datetime import timedelta
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from desk.checks import Grade, run_checks
from desk.connections import is_public_address
from desk.links import address_elsewhere, answer_of, path_on_site, record_answers, request_link_checks
from desk.models import LinkCheck
from publishing import workflow
from tests.builders import (
    make_album,
    make_article,
    make_body,
    make_category,
    make_infographic,
    make_page,
    make_person,
    make_picture,
    make_tag,
    make_video,
    publish,
)
from tests.jobs import run_due_jobs

pytestmark = pytest.mark.django_db


def prepared_picture(**facts):
    """A picture that readers can get, as far as the checks are told."""
    return make_picture(jpeg_revision=1, **facts)


def complete_article(language="en", **facts):
    """An article in which nothing is to be put right or looked at."""
    texts = {
        "en": ("Water returns to the east", "The pumps run again.", "<p>The station runs again.</p>"),
        "ar": ("عودة المياه إلى الأحياء الشرقية", "عادت المضخات إلى العمل.", "<p>عادت محطة الضخ إلى العمل.</p>"),
        "tr": ("Su geri döndü", "Pompalar yeniden çalışıyor.", "<p>İstasyon yeniden çalışıyor.</p>"),
        "ku": ("Av vedigere", "Pomp dîsa dixebitin.", "<p>Îstasyon dîsa dixebite.</p>"),
    }[language]
    words = dict(zip((f"{name}_{language}" for name in ("title", "standfirst", "body")), texts, strict=True))
    return make_article(**({"lead_picture": prepared_picture()} | words | facts))


def found(item, language="en"):
    """[(grade, part, field, message without isolates)] of what the checks say."""
    return [
        (problem.grade.name, problem.part, problem.field, problem.message.translate({0x2068: None, 0x2069: None}))
        for problem in run_checks(item, language)
    ]


def found_in_text(text, language="en", field="standfirst"):
    return found(complete_article(language, **{f"{field}_{language}": text}), language)


# --- The whole ------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar", "tr", "ku"])
def test_nothing_is_said_about_a_complete_text(language):
    assert found(complete_article(language), language) == []


def test_what_must_be_put_right_comes_first():
    article = complete_article(standfirst_en="", title_en="TK")
    assert [problem.grade for problem in run_checks(article, "en")] == [Grade.MUST, Grade.SHOULD]


def test_each_problem_leads_to_its_field_in_the_form():
    article = complete_article(standfirst_en="", lead_picture=prepared_picture(alt_text_en=""))
    form = f"/admin/articles/article/{article.pk}/change/"
    assert [(problem.url, problem.label) for problem in run_checks(article, "en")] == [
        (f"{form}#shared:lead_picture", "Lead picture"),
        (f"{form}#en:standfirst", "Standfirst"),
    ]


def test_problems_are_told_in_the_language_of_the_interface():
    article = complete_article(title_en="")
    with translation.override("ar"):
        assert run_checks(article, "en")[0].label == "العنوان"


@pytest.mark.parametrize("make", [make_page, make_body, make_person])
def test_every_public_type_is_checked(make):
    item = make(title_en="", lead_picture=prepared_picture(alt_text_en=""), body_en="<p>TK</p>", standfirst_en="")
    fields = {(grade, field) for grade, _part, field, _message in found(item)}
    assert fields >= {("MUST", "title"), ("MUST", "lead_picture"), ("MUST", "body"), ("SHOULD", "standfirst")}


def test_ten_pictures_cost_no_more_questions_than_one():
    assert (few := queries_of(pictures=1)) == queries_of(pictures=10)
    assert few <= 12


def queries_of(*, pictures):
    album = make_album([make_picture(alt_text_ar="") for _number in range(pictures)])
    body = '<figure><img data-file="1" src="/media/x.jpg"></figure>' * pictures
    links = "".join(f'<p><a href="https://example.org/{number}">x</a></p>' for number in range(pictures))
    tags = [make_tag(name_ar=None) for _number in range(pictures)]
    article = complete_article("ar", format="gallery", album=album, body_ar=body + links, tags=tags)
    article = Article.objects.get(pk=article.pk)
    with CaptureQueriesContext(connection) as queries:
        assert {problem.field for problem in run_checks(article, "ar")} == {"album", "body", "tags"}
    return len(queries)


def test_an_editor_sees_two_groups_with_links():
    article = complete_article(title_en="<b>TK</b> & more", standfirst_en="")
    html = render_to_string("desk/_checks.html", {"problems": run_checks(article, "en")})
    assert "Must be put right" in html
    assert "Should be looked at" in html
    assert html.index("Must be put right") < html.index("#en:title") < html.index("Should be looked at")
    assert "<b>TK" not in html
    assert texts_of_links(html)[1].startswith("Standfirst There is no standfirst.")


def texts_of_links(html):
    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "a":
                self.links.append("")

        def handle_data(self, data):
            if self.links:
                self.links[-1] += data

    reader = Reader()
    reader.links = []
    reader.feed(html)
    return [" ".join(link.split()) for link in reader.links]


def test_an_editor_is_told_when_all_is_well():
    html = render_to_string("desk/_checks.html", {"problems": []})
    assert "every check passed" in html
    assert "Must be put right" not in html


# --- What readers need ------------------------------------------------------------


@pytest.mark.parametrize("title", ["", "  "])
def test_a_missing_title_is_said_once(title):
    said = found(complete_article(title_en=title))
    assert [(grade, part, field) for grade, part, field, _message in said] == [("MUST", "en", "title")]


def test_a_section_without_a_name_in_this_language_must_be_named():
    said = found(complete_article(category=make_category(name_en="")))
    assert [(grade, part, field) for grade, part, field, _message in said] == [("MUST", "shared", "category")]


def test_words_in_the_address_that_are_taken_lead_to_that_field():
    publish(make_body(title_en="Assembly", slug_en="assembly"), "en")
    body = make_body(title_en="Assembly", slug_en="assembly", standfirst_en="A body.")
    assert [(grade, part, field) for grade, part, field, _message in found(body)] == [("MUST", "en", "slug")]


def test_a_missing_standfirst_should_be_looked_at():
    assert [(grade, field) for grade, _part, field, _message in found_in_text(" ")] == [("SHOULD", "standfirst")]


def test_a_lead_picture_without_alternative_text_is_said_once():
    said = found(complete_article(lead_picture=prepared_picture(alt_text_en="")))
    assert [(grade, part, field) for grade, part, field, _message in said] == [("MUST", "shared", "lead_picture")]


def test_a_lead_picture_that_is_described_in_another_language_alone_is_not_described():
    article = complete_article("ar", lead_picture=prepared_picture(alt_text_ar=" "))
    assert [field for _grade, _part, field, _message in found(article, "ar")] == ["lead_picture"]


def test_a_portrait_is_described_by_the_persons_name():
    person = make_person(standfirst_en="Coordinator", lead_picture=prepared_picture(alt_text_en=""))
    assert found(person) == []


def test_an_article_of_format_text_should_have_a_lead_picture():
    said = found(complete_article(lead_picture=None))
    assert [(grade, part, field) for grade, part, field, _message in said] == [("SHOULD", "shared", "lead_picture")]


def test_a_video_needs_no_lead_picture():
    assert found(complete_article(lead_picture=None, format="video", video=make_video())) == []


@pytest.mark.parametrize("alt", ["", 'alt=""', 'alt=" "'])
def test_a_picture_in_the_text_without_alternative_text_must_be_described(alt):
    body = f'<figure><img data-file="1" src="/media/x.jpg" alt="A &gt; B"></figure><img data-file="2" {alt}>'
    assert found(complete_article(body_en=body)) == [
        ("MUST", "en", "body", "Picture no. 2 in the text has no alternative text.")
    ]


def test_every_picture_of_an_album_must_be_described():
    album = make_album([make_picture(), make_picture(name="Harvest 2", alt_text_en="")])
    assert found(complete_article(format="gallery", album=album)) == [
        ("MUST", "shared", "album", "The picture “Harvest 2” has no alternative text in this language.")
    ]


def test_a_poster_and_an_infographic_must_be_described():
    video = make_video(poster=make_picture(alt_text_en=""))
    infographic = make_infographic(picture_en=make_picture(alt_text_en=""))
    said = found(complete_article(format="video", video=video))
    said += found(complete_article(format="infographic", infographic=infographic))
    assert [(grade, field) for grade, _part, field, _message in said] == [("MUST", "video"), ("MUST", "infographic")]


def test_an_infographic_without_a_picture_is_said_by_the_article_itself():
    infographic = make_infographic()
    infographic.picture_en = None
    infographic.save()
    said = found(complete_article(format="infographic", infographic=infographic))
    assert [(grade, part, field) for grade, part, field, _message in said] == [("MUST", "shared", "infographic")]


@pytest.mark.parametrize(("length", "count"), [(110, 0), (111, 1)])
def test_a_headline_should_not_be_too_long(length, count):
    said = found(complete_article(title_en="a" * length))
    assert [(grade, field) for grade, _part, field, _message in said] == [("SHOULD", "title")] * count


def test_a_tag_without_a_name_in_this_language_should_be_named():
    tags = [make_tag(), make_tag(name_en=None, name_ar=None, name_tr="Hasat", name_ku=None)]
    assert found(complete_article(tags=tags)) == [
        ("SHOULD", "shared", "tags", "The tag “Hasat” has no name in this language, so readers do not see it.")
    ]


# --- Forgotten in the text -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Born in TK in Homs", "TKTK", "(TK)", "At ??? in Homs", "???", "Lorem  ipsum dolor", "في ؟؟؟ من الشهر", "TK, TK"],
)
def test_a_placeholder_must_be_replaced(text):
    said = found_in_text(text)
    assert [(grade, field) for grade, _part, field, _message in said] == [("MUST", "standfirst")]


@pytest.mark.parametrize(
    "text",
    [
        "The TKP spoke",
        "tk",
        "ATK",
        "Flight TK 1951",
        "Flight TK1951",
        "Really???",
        "What?",
        "See https://example.org/TK/???",
        "lorem",
    ],
)
def test_what_only_looks_like_a_placeholder_is_none(text):
    assert found_in_text(text) == []


def test_a_placeholder_in_rich_text_is_found_and_named():
    body = "<ul><li>One</li><li>TK</li></ul>"
    assert found_in_text(body, field="body") == [
        ("MUST", "en", "body", "“TK” is a placeholder. Write what belongs there.")
    ]


@pytest.mark.parametrize("text", ["In XXX years", "He said [...] so", "On [ ] May", "[…]", "[..]"])
def test_gaps_should_be_looked_at(text):
    assert [grade for grade, *_rest in found_in_text(text)] == ["SHOULD"]


@pytest.mark.parametrize("text", ["XXL", "The XXXIst games", "[the minister] said", "a[1]"])
def test_what_only_looks_like_a_gap_is_none(text):
    assert found_in_text(text) == []


@pytest.mark.parametrize("text", ["بين 2019 و٢٠٢٠", "بين ۲۰۱۹ و٢٠٢٠", "بين 2019 و۲۰۲۰"])
def test_two_kinds_of_digits_should_be_looked_at(text):
    said = found_in_text(text, "ar")
    assert [(grade, field) for grade, _part, field, _message in said] == [("SHOULD", "standfirst")]


@pytest.mark.parametrize(
    "text", ["بين ٢٠١٩ و٢٠٢٠", "طائرة F-16 في ٢٠٢٠", "كوفيد Covid-19 و٢٠٢٠", "٢ https://example.org/2020"]
)
def test_digits_of_latin_names_and_addresses_do_not_count(text):
    assert found_in_text(text, "ar") == []


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("دمشق, حلب", ",", "،"),
        ("دمشق,حلب", ",", "،"),
        ("(دمشق), حلب", ",", "،"),
        ("في عام 2020, عادت المياه", ",", "،"),
        ("دمشق; حلب", ";", "؛"),
        ("هل عادت المياه?", "?", "؟"),
        ("هل عادت المياه ?", "?", "؟"),
    ],
)
def test_latin_punctuation_in_arabic_text_should_be_looked_at(text, wrong, right):
    said = found_in_text(text, "ar")
    assert [grade for grade, *_rest in said] == ["SHOULD"]
    assert said[0][3].startswith(f"“{wrong}” after")
    assert f"“{right}”" in said[0][3]


@pytest.mark.parametrize(
    "text",
    [
        "دفعت 1,000 ليرة",
        "دمشق، حلب",
        "هل عادت؟",
        "عادت المياه https://example.org/?a;b, إلى الحي",
        "قالت AP, AFP إن المياه عادت",
    ],
)
def test_right_punctuation_in_arabic_text_is_left_alone(text):
    assert found_in_text(text, "ar") == []


def test_a_few_of_many_places_are_named():
    assert found_in_text(" ".join(f"{word}," for word in ["دمشق", "حلب", "حمص", "حماة", "إدلب"]), "ar") == [
        ("SHOULD", "ar", "standfirst", "“,” after “دمشق”, “حلب”, “حمص”, …: in Arabic letters it is “،”.")
    ]


def test_no_break_spaces_in_rich_text_are_no_semicolons():
    assert found_in_text("<p>عادت&nbsp;المياه</p>", "ar", "body") == []


def test_arabic_words_in_an_english_text_keep_its_punctuation():
    assert found_in_text("The paper al-Quds (القدس), founded in 1951, wrote", "en") == []


@pytest.mark.parametrize("text", ["كوردستان ئازادە", "ئەو دەچێت بۆ قامیشلي", "لەسەر ئەو پشتى"])
def test_arabic_letters_in_sorani_words_should_be_looked_at(text):
    assert [(grade, field) for grade, _part, field, _message in found_in_text(text, "ku")] == [("SHOULD", "standfirst")]


@pytest.mark.parametrize("text", ["کوردستان ئازادە و جوانی", "Kurdistan azad e"])
def test_kurdish_letters_are_left_alone(text):
    assert found_in_text(text, "ku") == []


def test_arabic_kaf_and_yeh_are_right_in_arabic():
    assert found_in_text("كتب في دمشق", "ar") == []


def test_arabic_letters_in_a_kurmanji_text_should_be_looked_at():
    assert found_in_text("Rojnameya القدس nivîsand", "ku") == [
        ("SHOULD", "ku", "standfirst", "Arabic letters in a text in Latin letters: “القدس”.")
    ]


# --- What nobody sees -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The word \u202eturned around", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("The word\u2069 stands", "U+2069 POP DIRECTIONAL ISOLATE"),
        ("The word\u202c stands", "U+202C POP DIRECTIONAL FORMATTING"),
        ("The word \u2067one\u202c\u2069 stands", "U+202C POP DIRECTIONAL FORMATTING"),
        ("The word \u2067one \u202btwo\u2069 stands", "U+202B RIGHT-TO-LEFT EMBEDDING"),
        ("The word \u2067one\nTwo\u2069", "U+2067 RIGHT-TO-LEFT ISOLATE"),
    ],
)
def test_an_unbalanced_direction_control_must_be_deleted(text, name):
    said = found_in_text(text)
    assert {(grade, field) for grade, _part, field, _message in said} == {("MUST", "standfirst")}
    assert name in said[0][3]


def test_the_word_after_which_an_invisible_sign_stands_is_named():
    assert found_in_text("<p>One</p><p>The river \u202eis</p>", field="body") == [
        (
            "MUST",
            "en",
            "body",
            "The invisible sign U+202E RIGHT-TO-LEFT OVERRIDE after “river” has no counterpart. Delete it.",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The word \u2067القدس\u2069 stands",
        "\u202bالقدس\u202c",
        "\u2066a \u202bالقدس\u202c b\u2069",
        "\u2067a \u2066b\u2069 c\u2069",
    ],
)
def test_balanced_direction_controls_are_fine(text):
    assert found_in_text(text) == []


@pytest.mark.parametrize("mark", ["\u200b", "\u200e", "\u200f"])
def test_lone_marks_should_be_looked_at(mark):
    said = found_in_text(f"The river{mark} and the sea{mark}")
    assert [grade for grade, *_rest in said] == ["SHOULD"]
    assert f"U+{ord(mark):04X}" in said[0][3]
    assert "“river”, “sea”" in said[0][3]


def test_a_non_joiner_inside_a_word_is_fine():
    assert found_in_text("نامه\u200cها", "ar") == []


def test_the_words_in_the_address_are_not_read():
    assert found(complete_article(slug_en="TK")) == []


# --- Links within the site ---------------------------------------------------------------


def with_link(url, language="en"):
    return complete_article(language, **{f"body_{language}": f'<p>See <a href="{url}">there</a>.</p>'})


def test_a_link_to_a_public_article_is_fine_in_its_language_alone():
    target = publish(make_article(), "en", "ar")
    for language in ("en", "ar"):
        url = target.edition_in(language).get_absolute_url()
        assert found(with_link(url)) == []
    address = target.edition_in("en").get_absolute_url().replace("/en/", "/tr/")
    assert [(grade, field) for grade, _part, field, _message in found(with_link(address))] == [("MUST", "body")]


def test_a_link_to_a_draft_or_a_withdrawn_text_must_be_corrected():
    target = publish(make_article(), "en")
    url = target.edition_in("en").get_absolute_url()
    workflow.withdraw(target, language="en", by=None, note="wrong")
    draft = make_article()
    for address in (url, f"/a/{draft.pk}/", "/en/nowhere/", "/ar/nowhere"):
        said = found(with_link(address))
        assert [(grade, field) for grade, _part, field, _message in said] == [("MUST", "body")], address
        assert address in said[0][3]


def test_links_to_pages_sections_lists_and_short_addresses_are_followed():
    tag = make_tag()
    article = publish(make_article(tags=[tag]), "en", "ar")
    page = publish(make_page(), "en")
    person = publish(make_person(), "en")
    addresses = [
        "/en/",
        "/ar",
        "/en/?page=1",
        article.category.get_absolute_url("ar"),
        tag.get_absolute_url("en"),
        page.edition_in("en").get_absolute_url(),
        person.edition_in("en").get_absolute_url(),
        f"/a/{article.pk}/",
    ]
    for address in addresses:
        assert found(with_link(address)) == [], address


@pytest.mark.parametrize(
    "url", ["/media/x.pdf", "#h1", "mailto:a@example.org", "tel:+963", "/", "/english/", "/static/x"]
)
def test_other_addresses_are_not_followed(url):
    assert path_on_site(url) is None
    assert address_elsewhere(url) is None


def test_an_address_with_our_own_name_is_on_this_site(settings):
    settings.ALLOWED_HOSTS = ["news.example.org"]
    assert path_on_site("https://news.example.org/en/x") == "/en/x/"
    assert address_elsewhere("https://news.example.org/en/x") is None
    assert path_on_site("https://example.org/en/x") is None
    assert found(with_link("https://news.example.org/en/")) == []
    assert [grade for grade, *_rest in found(with_link("https://news.example.org/en/nowhere/"))] == ["MUST"]


def test_following_links_leaves_the_interface_language_alone():
    article = with_link("/ar/")
    with translation.override("tr"):
        run_checks(article, "en")
        assert translation.get_language() == "tr"


# --- Links to other sites -------------------------------------------------------------------


class Site:
    """A web server of another site, on this machine. `answers`: path → (status, headers)."""

    def __init__(self, **answers):
        self.asked = []
        self.answers = answers
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):  # noqa: N802
                site.answer(self)

            do_GET = do_HEAD  # noqa: N815

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def answer(self, handler):
        name = handler.path.strip("/").partition("?")[0]
        self.asked.append((handler.command, handler.path, handler.headers["User-Agent"]))
        status, headers = self.answers.get(f"{handler.command}_{name}") or self.answers.get(name, (404, {}))
        handler.send_response(status)
        for header, value in headers.items():
            handler.send_header(header, value)
        handler.end_headers()

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.server.server_port}/{path}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def this_machine(address):
    return address == "127.0.0.1"


def test_an_address_elsewhere_is_asked_and_its_answer_kept():
    with Site(here=(200, {})) as site:
        urls = [site.url("here"), site.url("gone")]
        record_answers(urls, is_public=this_machine)
        record_answers(urls, is_public=this_machine)
    assert list(LinkCheck.objects.order_by("pk").values_list("url", "status")) == [(urls[0], 200), (urls[1], 404)]
    assert site.asked == [
        ("HEAD", "/here", "Newsroom link check"),
        ("HEAD", "/gone", "Newsroom link check"),
        ("GET", "/gone", "Newsroom link check"),
    ]


@pytest.mark.parametrize("refusal", [403, 405, 501])
def test_a_server_that_refuses_head_is_asked_again(refusal):
    with Site(HEAD_here=(refusal, {}), GET_here=(200, {})) as site:
        assert answer_of(site.url("here"), is_public=this_machine) == 200


def test_redirects_are_followed_but_not_for_ever():
    with Site(old=(301, {"Location": "/new?a=1"}), new=(200, {}), ring=(302, {"Location": "/ring"})) as site:
        assert answer_of(site.url("old"), is_public=this_machine) == 200
        assert answer_of(site.url("ring"), is_public=this_machine) == 0
    assert len([path for _method, path, _agent in site.asked if path == "/ring"]) == 6


def test_addresses_in_arabic_letters_are_asked_as_browsers_do():
    with Site(
        **{"%D9%85%D8%A7%D8%A1": (200, {}), "old": (301, {"Location": "/ماء".encode().decode("latin-1")})}
    ) as site:
        assert answer_of(site.url("ماء"), is_public=this_machine) == 200
        assert answer_of(site.url("old"), is_public=this_machine) == 200


def test_a_server_that_is_not_there_counts_as_no_answer():
    with Site() as site:
        url = site.url("x")
    assert answer_of(url, is_public=this_machine) == 0
    assert answer_of("http://[broken", is_public=this_machine) == 0
    assert answer_of("ftp://127.0.0.1/x", is_public=this_machine) == 0


def test_the_server_is_not_led_into_its_own_network():
    with Site(here=(200, {}), away=(302, {"Location": "http://127.0.0.2:1/here"})) as site:
        away_by_name = {"Location": site.url("here", "localhost")}
        site.answers["name"] = (302, away_by_name)
        record_answers([site.url("here"), site.url("here", "localhost")])
        assert site.asked == []
        assert answer_of(site.url("away"), is_public=this_machine) == 0
        assert answer_of(site.url("name"), is_public=lambda address: False) == 0
    assert [path for _method, path, _agent in site.asked] == ["/away"]
    assert set(LinkCheck.objects.values_list("status", flat=True)) == {0}


def test_a_redirect_to_another_scheme_is_not_followed():
    with Site(file=(302, {"Location": "file:///etc/passwd"})) as site:
        assert answer_of(site.url("file"), is_public=this_machine) == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_that_are_not_of_the_open_internet_are_refused(address):
    assert not is_public_address(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_addresses_of_the_open_internet_are_asked(address):
    assert is_public_address(address)


def test_a_link_that_answered_wrong_should_be_looked_at():
    checked = timezone.now().replace(year=2026, month=3, day=5, hour=12)
    LinkCheck.objects.create(url="https://example.org/a", status=404, checked_at=checked)
    LinkCheck.objects.create(url="https://example.org/b", status=0, checked_at=checked)
    LinkCheck.objects.create(url="https://example.org/c?x=1&y=2", status=200, checked_at=checked)
    LinkCheck.objects.create(url="https://example.org/d", checked_at=None)
    hrefs = ["a#part", "b", "c?x=1&amp;y=2", "d", "unknown"]
    body = "".join(f'<p><a href="https://example.org/{href}">x</a></p>' for href in hrefs)
    said = found(complete_article(body_en=body))
    assert [(grade, field) for grade, _part, field, _message in said] == [("SHOULD", "body")] * 2
    assert "https://example.org/a#part answered with the error 404 on" in said[0][3]
    assert "2026" in said[0][3]
    assert "https://example.org/b could not be reached on" in said[1][3]


def test_only_unknown_and_old_answers_are_asked_for(django_capture_on_commit_callbacks):
    for url, age in [("https://example.org/new", 1), ("https://example.org/old", 25)]:
        LinkCheck.objects.create(url=url, status=200, checked_at=timezone.now() - timedelta(hours=age))
    hrefs = ["https://example.org/new", "https://example.org/old", "https://example.org/x", "/en/", "mailto:a@b.org"]
    article = complete_article(body_en="".join(f'<p><a href="{href}">x</a></p>' for href in hrefs))
    with django_capture_on_commit_callbacks(execute=True):
        request_link_checks(article, "en")
        request_link_checks(article, "ar")
    assert [job.args_kwargs["args"] for job in DBTaskResult.objects.all()] == [
        [["https://example.org/old", "https://example.org/x"]]
    ]


def test_the_job_keeps_what_it_found(django_capture_on_commit_callbacks):
    with Site(here=(200, {})) as site:
        article = with_link(site.url("here").replace("127.0.0.1", "127.0.0.2"))
        with django_capture_on_commit_callbacks(execute=True):
            request_link_checks(article, "en")
        run_due_jobs()
    assert LinkCheck.objects.get().status == 0
    assert [grade for grade, *_rest in found(article)] == ["SHOULD"]
