"""What a page costs its readers, as editors are told before they publish."""

import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from articles.models import ArticleEdition
from desk import previews, weight
from desk.previews import text_on_stage
from desk.weight import Page, Shot, Weight, chosen_from, slot, weight_of
from media_library.models import Rendition
from tests.builders import in_minutes, make_album, make_article, make_picture, make_recording, make_staff, publish
from tests.media_library import photos

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def editor(client):
    client.force_login(make_staff("publisher"))
    return client


def step_url(article, language="en", step="publish"):
    return f"/admin/articles/article/{article.pk}/{language}/{step}/"


def preview_url(article, language="en"):
    return reverse("admin:desk_preview_screen", args=["articles.article", article.pk, language])


def part(response):
    """The words on the weight of the page; "" where there are none."""
    found = re.search(r'<section class="weight.*?</section>', response.content.decode(), re.DOTALL)
    return " ".join(strip_tags(found[0]).split()) if found else ""


def picture_of(seed, **facts):
    file = ContentFile(photos.encoded(photos.drawing(1280, 853, seed=seed), "JPEG"), name="a.jpg")
    return make_picture(file=file, with_renditions=True, **facts)


def weighed(**facts):
    facts = {"text": 0, "frame": 0, "pictures": (), "lite": 0} | facts
    return Weight(**facts)


# --- What is shown -------------------------------------------------------------------


@pytest.mark.parametrize("step", ["publish", "schedule"])
def test_before_publishing_one_sees_what_the_page_costs(editor, step):
    article = make_article(lead_picture=picture_of(1))
    words = part(editor.get(step_url(article, step=step)))
    assert re.search(r"The whole page loads [\d.]+\sKB on a phone, [\d.]+\sKB of it before scrolling\.", words)
    assert re.search(r"In low-data mode it loads [\d.]+\sKB\.", words)
    assert re.search(r"One picture: [\d.]+\sKB\.", words)


def test_the_preview_says_so_too_for_the_text_alone(editor):
    article = make_article()
    assert "The whole page loads" in part(editor.get(preview_url(article)))
    assert part(editor.get(f"{preview_url(article)}?page=home")) == ""


def test_steps_that_give_nothing_to_readers_say_nothing_of_it(editor):
    article = publish(make_article(), "en")
    assert part(editor.get(step_url(article, step="withdraw"))) == ""


def test_what_cannot_be_shown_yet_is_not_weighed(editor):
    article = make_article(format="gallery", title_en="Harvest")
    response = editor.get(step_url(article))
    assert response.status_code == 200
    assert part(response) == ""


def is_staged(query):
    return "INSERT" in query["sql"] and "articleversion" in query["sql"]


def test_a_page_is_put_on_stage_once_for_both_weighings(editor):
    article = make_article()
    with CaptureQueriesContext(connection) as queries:
        assert part(editor.get(step_url(article)))
    assert len([query for query in queries.captured_queries if is_staged(query)]) == 1


def test_a_form_that_comes_back_with_an_error_is_not_weighed_again(editor):
    article = make_article()
    with CaptureQueriesContext(connection) as queries:
        response = editor.post(step_url(article, step="schedule"), {})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not [query for query in queries.captured_queries if is_staged(query)]


@pytest.mark.parametrize("url", [step_url, preview_url], ids=["step", "preview"])
def test_a_page_that_breaks_while_it_is_weighed_stops_nobody(editor, monkeypatch, caplog, url):
    def broken(*args, **facts):
        raise KeyError("media")

    monkeypatch.setattr(previews, "_response_of", broken)
    response = editor.get(url(make_article()))
    assert response.status_code == 200
    assert part(response) == ""
    assert "weight.failed" in caplog.text


def test_weighing_publishes_nothing(editor):
    article = make_article()
    editor.get(step_url(article))
    assert not ArticleEdition.objects.filter(live__isnull=False).exists()


def test_a_page_that_is_too_heavy_names_its_heaviest_picture_and_what_to_do(editor):
    pictures = [picture_of(seed, alt_text_en=f"Street {seed}") for seed in (1, 2)]
    Rendition.objects.update(size=50_000)
    Rendition.objects.filter(picture=pictures[1]).update(size=90_000)
    body = "".join(
        f'<figure><img src="" alt="Street {picture.pk}" data-file="{picture.pk}"></figure>' for picture in pictures
    )
    article = make_article(title_en="Streets", body_en=body, lead_picture=pictures[0])
    words = part(editor.get(step_url(article)))
    assert "The pictures weigh more than 120.0\xa0KB" in words.replace("120.0 KB", "120.0\xa0KB")
    assert f"The heaviest picture: Street {pictures[1].pk}, 87.9" in words
    assert "Take out a picture" in words


def test_the_number_of_queries_does_not_grow_with_the_pictures(editor):
    def asked(count):
        pictures = [picture_of(1) for _ in range(count)]
        body = "".join(f'<figure><img src="" alt="x" data-file="{picture.pk}"></figure>' for picture in pictures)
        article = make_article(title_en="Streets", body_en=body)
        editor.get(step_url(article))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            editor.get(step_url(article))
        return len(queries)

    assert asked(1) == asked(6)


# --- What is counted ------------------------------------------------------------------


def page_weight(article, rf, language="en"):
    return weight_of(text_on_stage(rf.get("/admin/"), article, language))


def test_the_file_that_a_phone_takes_is_the_one_that_counts(rf):
    picture = picture_of(1)
    article = make_article(title_en="Streets", lead_picture=picture)
    (shot,) = page_weight(article, rf).pictures
    rendition = Rendition.objects.get(picture=picture, ratio="3x2", encoding="avif", width=960)
    assert (shot.size, shot.is_lazy) == (rendition.size, False)


def test_a_gallery_counts_its_thumbnails_and_not_what_its_lightbox_would_load(rf):
    pictures = [picture_of(seed) for seed in range(1, 5)]
    article = make_article(title_en="Harvest", format="gallery", album=make_album(pictures))
    found = page_weight(article, rf)
    assert found.is_gallery
    assert len(found.pictures) == 4
    assert [shot.is_lazy for shot in found.pictures] == [False, True, True, True]


def test_recordings_load_when_they_are_played_but_their_poster_is_counted(rf):
    recording = make_recording(poster=picture_of(1))
    article = make_article(title_en="Harvest", format="video", video=recording)
    (shot,) = page_weight(article, rf).pictures
    assert shot.size in Rendition.objects.filter(encoding="jpeg").values_list("size", flat=True)


def test_a_low_data_page_costs_its_text_and_styles(rf):
    article = make_article(title_en="Streets", lead_picture=picture_of(1))
    found = page_weight(article, rf)
    assert 0 < found.lite < found.text + found.frame - 15_000, "neither font nor script"


@pytest.mark.parametrize("moment", [None, 60], ids=["now", "later"])
def test_a_preview_of_a_later_moment_is_weighed_as_of_then(editor, moment):
    article = make_article()
    asked = {"at": in_minutes(moment).strftime("%Y-%m-%dT%H:%M")} if moment else {}
    assert "The whole page loads" in part(editor.get(preview_url(article), asked))


# --- Reading pages --------------------------------------------------------------------


def page_with(html):
    return Page(f"<!DOCTYPE html><html><body>{html}</body></html>".encode())


SRCSET = "/media/a-320.avif 320w, /media/a-640.avif 640w, /media/a-960.avif 960w"


@pytest.mark.parametrize(
    ("sizes", "width"),
    [
        ("100vw", 390),
        ("", 390),
        ("(min-width:64em) 25rem,(min-width:40em) 33vw,7rem", 112),
        ("(min-width:80rem) 75rem,100vw", 390),
        ("(max-width:30em) 50vw,10px", 195),
        ("(min-width:20em) and (max-width:23em) 5rem,200px", 200),
        ("nonsense", 390),
    ],
)
def test_the_width_of_a_picture_is_that_of_the_first_condition_that_holds(sizes, width):
    assert slot(sizes) == pytest.approx(width)


@pytest.mark.parametrize(
    ("sizes", "address"),
    [
        ("7rem", "/media/a-320.avif"),
        ("50vw", "/media/a-640.avif"),
        ("100vw", "/media/a-960.avif"),
        ("900px", "/media/a-960.avif"),
    ],
)
def test_the_smallest_file_that_is_sharp_is_taken_else_the_largest(sizes, address):
    assert chosen_from({"srcset": SRCSET, "sizes": sizes}) == address


def test_the_first_source_that_holds_goes_before_the_image():
    page = page_with(
        f'<picture><source media="(min-width:64em)" srcset="/media/wide.avif 2000w">'
        f'<source srcset="{SRCSET}" sizes="100vw"><img src="/media/a.jpg" alt="A"></picture>'
        f'<img src="/media/b.jpg" alt="B" loading="lazy">'
    )
    assert [(image.address, image.is_lazy) for image in page.images] == [
        ("/media/a-960.avif", False),
        ("/media/b.jpg", True),
    ]


def test_what_a_dialogue_holds_is_left_out_and_what_follows_it_is_not():
    page = page_with(
        '<section role="dialog"><section><img src="/media/a.jpg" alt=""></section></section>'
        '<section><img src="/media/b.jpg" alt=""></section>'
    )
    assert [image.address for image in page.images] == ["/media/b.jpg"]
    assert page.has_dialogs


def test_styles_scripts_and_fonts_are_counted_compressed_and_each_once():
    page = page_with(
        '<link rel="stylesheet" href="/static/css/site.css"><link rel="stylesheet" href="/static/css/site.css">'
        '<link rel="preload" as="font" href="/static/fonts/head-latin.woff2"><link rel="canonical" href="/en/">'
        '<script src="/static/js/site.js" defer></script><script type="application/ld+json">{}</script>'
    )
    assert page.static == ["/static/css/site.css", "/static/fonts/head-latin.woff2", "/static/js/site.js"]
    sizes = [weight._size_of_static(address) for address in page.static]
    assert 4_000 < sizes[0] < 9_000
    assert 15_000 < sizes[1] < 17_000


@pytest.mark.parametrize(
    "address",
    ["/static/none.css", "/static/../manage.py", "https://elsewhere.example/a.css", "", "/static/", "/static/%00"],
)
def test_what_is_no_file_of_ours_weighs_nothing(address):
    assert weight._size_of_static(address) == 0


def test_a_file_that_is_on_the_page_twice_is_loaded_once(monkeypatch):
    monkeypatch.setattr(weight, "_sizes_of", lambda paths: dict.fromkeys(paths, 10))
    page = page_with('<img src="/media/a.jpg" alt="A"><img src="/media/a.jpg" alt="A" loading="lazy">')
    assert list(weight._shots(page)) == [Shot("A", 10, is_lazy=False)]


def test_only_what_a_gallery_loads_before_scrolling_can_be_too_much():
    many = tuple(Shot("", 20 * 1024, is_lazy=number > 3) for number in range(20))
    assert weighed(pictures=many).is_heavy
    assert not weighed(pictures=many, is_gallery=True).is_heavy
    assert weighed(pictures=many[:4] * 4, is_gallery=True).is_heavy
    assert not weighed().is_heavy
    assert weighed().heaviest is None


def test_the_sum_is_text_frame_and_pictures():
    found = weighed(text=1, frame=2, pictures=(Shot("", 4, is_lazy=False), Shot("", 8, is_lazy=True)))
    assert (found.total, found.at_first, found.of_pictures) == (15, 7, 12)
