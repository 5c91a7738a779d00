"""Cards for social networks: what they show, how the words are set, and that none outlives what it shows."""

import errno
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image, ImageChops, ImageDraw, features

from articles import social_cards
from articles.models import ArticleEdition, SocialCard
from articles.social_cards import cards_of, make_cards
from media_library import card_drawing
from media_library import workflow as picture_workflow
from media_library.areas import Area
from media_library.card_drawing import Undrawable, Words, draw, face_for
from media_library.models import Picture
from media_library.renditions import make_renditions_of
from media_library.storage import WholeFileSystemStorage, names_in
from pages.models import SiteSettings
from publishing import staging, workflow
from publishing.models import Change
from tests.builders import TITLES, in_minutes, make_article, make_category, make_picture, make_video, publish, write
from tests.jobs import run_due_jobs
from tests.media_library import photos

pytestmark = pytest.mark.django_db

LANGUAGES = {"en": "ltr", "ar": "rtl", "tr": "ltr", "ku": "ltr"}
LONGEST = {
    "en": "The Coalition calls for an independent international investigation and urges the Security Council to act "
    "for the protection of civilians in all the affected areas",
    "ar": "الائتلاف الوطني يدعو إلى تحقيق دولي مستقل في الانتهاكات ويطالب مجلس الأمن باتخاذ إجراءات عاجلة لحماية "
    "المدنيين وضمان وصول المساعدات إلى المحتاجين",
    "tr": "Koalisyon, ihlallere ilişkin bağımsız uluslararası soruşturma çağrısında bulunuyor ve Güvenlik Konseyi’ni "
    "sivillerin korunması için harekete geçmeye çağırıyor",
    "ku": "Hevpeymanî daxwaza lêpirsîneke navneteweyî ya serbixwe dike û ji Encumena Ewlehiyê dixwaze ku ji bo "
    "parastina sivîlan di demeke nêzîk de bikeve tevgerê",
}


@pytest.fixture
def at_work(django_capture_on_commit_callbacks):
    """Does something, and then what it asked the worker for."""

    def do(function, *args, **facts):
        with django_capture_on_commit_callbacks(execute=True):
            result = function(*args, **facts)
        while DBTaskResult.objects.ready().exists():
            with django_capture_on_commit_callbacks(execute=True):
                run_due_jobs()
        return result

    return do


def shown(data):
    return Image.open(io.BytesIO(data)).convert("RGB")


def file_of(card):
    with default_storage.open(card.path) as file:
        return file.read()


def live(article, language="en"):
    return ArticleEdition.objects.get(item=article, language=language).live


def files():
    return {name for name in names_in(default_storage) if name.startswith("cards/")}


def reddish():
    """A picture that nobody mistakes for paper."""
    return make_picture(with_renditions=True)


def has_picture(card):
    """Whether the end side of an English card shows something else than paper."""
    return shown(file_of(card)).getpixel((1150, 400)) != (255, 255, 255)


# --- What is drawn -----------------------------------------------------------------


@pytest.mark.parametrize("is_illustrated", [True, False], ids=["picture", "words"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_a_light_progressive_jpeg_without_metadata(language, is_illustrated):
    photo = Image.effect_noise((1280, 853), 120).convert("RGB") if is_illustrated else None
    words = Words(language, LANGUAGES[language], LONGEST[language], "News", "The Coalition")
    data = draw(words, photo)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", (1200, 630))
    assert image.info.get("progressive")
    assert len(data) <= 120_000
    assert not image.getexif()
    assert b"Exif" not in data and b"http" not in data


def test_the_picture_stands_where_reading_ends():
    photo = Image.new("RGB", (1280, 853), (200, 30, 40))
    english = shown(draw(Words("en", "ltr", "Water"), photo))
    arabic = shown(draw(Words("ar", "rtl", "الماء"), photo))
    assert english.getpixel((1150, 300))[0] > 180 > english.getpixel((1150, 300))[1]
    assert arabic.getpixel((50, 300))[0] > 180 > arabic.getpixel((50, 300))[1]
    assert min(english.getpixel((30, 300))) > 240
    assert min(arabic.getpixel((1170, 300))) > 240


def test_a_picture_is_cropped_around_its_focal_point():
    photo = Image.new("RGB", (1200, 600), "blue")
    photo.paste("red", (0, 0, 400, 600))
    start, end = (shown(draw(Words("en", "ltr", "Water"), photo, focal_x=x)).getpixel((960, 300)) for x in (5, 95))
    assert start[0] > 200 > start[2]
    assert end[2] > 200 > end[0]


def test_a_picture_that_is_far_too_small_is_left_out():
    tiny = shown(draw(Words("en", "ltr", "Water"), Image.new("RGB", (120, 80), "red")))
    assert tiny.tobytes() == shown(draw(Words("en", "ltr", "Water"))).tobytes()


# --- How words are set ---------------------------------------------------------------


def fitted(text, language="en", *, width=600, height=400, sizes=range(66, 31, -2), most=99):
    face, text = face_for(text, language, LANGUAGES[language])
    return face, face.fit(text, sizes, width, height, most)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_headline_fits_whole_and_is_broken_between_words(language):
    face, block = fitted(LONGEST[language], language)
    assert " ".join(block.lines) == LONGEST[language]
    assert block.height <= 400
    assert all(face.length(line, block.size) <= 600 for line in block.lines)


def test_short_words_stand_larger_than_long_ones():
    assert fitted("Water")[1].size == 66 > fitted(LONGEST["en"])[1].size


def test_lines_are_about_equally_long():
    face, block = fitted("Water returns to the eastern districts after a long time", sizes=[40])
    lengths = [face.length(line, 40) for line in block.lines]
    assert max(lengths) < 1.5 * min(lengths)


def test_what_is_too_much_is_cut_after_a_word():
    _face, block = fitted("Water returns to the eastern districts, at last. " * 20, sizes=[40, 36], most=3)
    assert len(block.lines) == 3
    assert re.fullmatch(r"[\w, .]+\w…", block.lines[-1])


def test_a_word_that_is_wider_than_the_card_is_broken_and_only_that():
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    face, block = fitted(f"{long} meets")
    assert "".join(block.lines).replace(" ", "") == f"{long}meets"
    assert all(face.length(line, block.size) <= 600 for line in block.lines)
    assert "meets" in block.lines[-1]


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_no_words_are_no_lines(text):
    assert fitted(text)[1].lines == ()


def inked(text, language, **options):
    """The pixels of a line, from the first to the last that is black."""
    face, text = face_for(text, language, LANGUAGES[language])
    image = Image.new("L", (900, 120))
    options = face.shaping | options
    ImageDraw.Draw(image).text((450, 80), text, fill=255, font=face.font(40), anchor="ms", **options)
    return image.crop(image.getbbox())


def is_part(part, whole, *, at_end):
    """Whether `whole` begins, or ends, with the pixels of `part`, as far as rounding lets them."""
    left = whole.width - part.width if at_end else 0
    piece = whole.crop((left, 0, left + part.width, whole.height))
    strip = Image.new("L", piece.size)
    strip.paste(part, (0, piece.height - part.height))
    differences = [
        sum(ImageChops.difference(piece, ImageChops.offset(strip, 0, down)).histogram()[128:])
        for down in range(-piece.height // 2, piece.height // 2)
    ]
    return min(differences) < 0.05 * part.width * part.height


def test_latin_words_in_an_arabic_line_come_out_in_the_right_order():
    whole = inked("القرار PR 2025/118 UNICEF", "ar")
    assert is_part(inked("PR 2025/118 UNICEF", "ar", direction="ltr"), whole, at_end=False)
    assert is_part(inked("القرار", "ar"), whole, at_end=True)
    assert not is_part(inked("118/2025 UNICEF PR", "ar", direction="ltr"), whole, at_end=False)


def test_arabic_letters_are_joined():
    face, _text = face_for("بيت", "ar", "rtl")
    alone = sum(face.length(letter, 40) for letter in "بيت")
    assert face.length("بيت", 40) < 0.9 * alone


@pytest.mark.parametrize(
    ("language", "letters"),
    [
        ("en", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        ("tr", "ÂÇĞIİÎÖŞÜÛâçğıiîöşüû"),
        ("ku", "ÇÊÎŞÛçêîşûXxQqWw"),
        ("ar", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگڤڕڵۆێەکی٠١٢٣٤٥٦٧٨٩ًٌٍَُِّْ"),
    ],
)
def test_every_letter_is_in_the_first_font_of_its_language(language, letters):
    every = letters + "0123456789 .,:;!?()[]/%&+-–—…'’‘“”«»" + ("،؛؟" if language == "ar" else "@#*")
    face, kept = face_for(every, language, LANGUAGES[language])
    assert face.file == ("Vazirmatn-Bold.ttf" if language == "ar" else "Newsreader-SemiBold.ttf")
    assert set(kept) == set(every)


@pytest.mark.parametrize(
    ("text", "language", "font"),
    [
        ("The poster reads “العدالة”", "en", "Vazirmatn-Bold.ttf"),
        ("تقرير UNICEF عن 2025", "ar", "Vazirmatn-Bold.ttf"),
        ("Иван Петров in Geneva", "en", "NotoSans-Bold.ttf"),
    ],
)
def test_words_of_another_script_are_set_in_a_font_that_has_both(text, language, font):
    face, kept = face_for(text, language, LANGUAGES[language])
    assert (face.file, kept) == (font, text)


def test_emoji_are_left_out_and_no_box_stands_for_them():
    _face, kept = face_for("Water 💧 returns 👨\u200d👩\u200d👧 today", "en", "ltr")
    assert kept == "Water returns today"


@pytest.mark.parametrize("text", ["水", "העברית", "العدالة Иван"])
def test_a_word_that_no_font_has_makes_no_card(text):
    with pytest.raises(Undrawable):
        face_for(text, "en", "ltr")


def test_without_raqm_nothing_arabic_is_drawn_wrong(monkeypatch):
    monkeypatch.setattr(card_drawing, "can_shape", lambda: False)
    with pytest.raises(Undrawable):
        draw(Words("ar", "rtl", "الماء"))
    assert draw(Words("tr", "ltr", "Su geri döndü"))


def test_this_machine_has_raqm():
    assert features.check("raqm"), "Pillow finds no FriBidi; Debian has it in libfribidi0"


# --- When cards are made -------------------------------------------------------------


def test_publishing_makes_a_card_in_each_language(at_work):
    article = at_work(publish, make_article(lead_picture=reddish()))
    assert SocialCard.objects.count() == 4
    for card in SocialCard.objects.all():
        assert re.fullmatch(r"cards/\w\w/\w{20}-[0-9a-f]{16}\.jpg", card.path)
        assert card.size == default_storage.size(card.path)
    assert has_picture(cards_of(live(article))[0])
    assert Change.objects.filter(key=f"articles.article:{article.pk}", is_hard=True, language="en").count() == 2


def test_a_card_says_headline_section_and_site(at_work, monkeypatch):
    said = []
    monkeypatch.setattr(card_drawing, "draw", lambda words, *args, **facts: said.append(words) or b"x")
    SiteSettings.objects.update_or_create(pk=1, defaults={"name_ar": "الائتلاف"})
    at_work(publish, make_article(category=make_category(name_ar="بيانات")), "ar")
    assert said == [Words("ar", "rtl", TITLES["ar"], kicker="بيانات", site_name="الائتلاف")]


def test_each_marked_quote_has_a_card_in_the_marks_of_its_language(at_work, monkeypatch):
    said = []
    monkeypatch.setattr(card_drawing, "draw", lambda words, *args, **facts: said.append(words.quote) or b"x")
    quotes = {"en": '"We stay."\n“He said “no” and left.”', "ar": "«باقون»", "tr": "Kalıyoruz.", "ku": "Em dimînin."}
    article = at_work(publish, make_article(**{f"title_{c}": t for c, t in TITLES.items()},
                                            **{f"share_quotes_{c}": q for c, q in quotes.items()}))  # fmt: skip
    assert said == [
        "",
        "“We stay.”",
        "“He said “no” and left.”",
        "",
        "«باقون»",
        "",
        "“Kalıyoruz.”",
        "",
        "“Em dimînin.”",
    ]
    assert set(cards_of(live(article))) == {0, 1, 2}


def test_marks_around_a_quote_are_those_that_the_language_has_on_the_page(at_work, monkeypatch, settings):
    said = []
    monkeypatch.setattr(card_drawing, "draw", lambda words, *args, **facts: said.append(words.quote) or b"x")
    languages = settings.NEWSROOM_LANGUAGES
    settings.NEWSROOM_LANGUAGES = languages | {"tr": replace(languages["tr"], quote_marks=("‹", "›"))}
    at_work(publish, make_article(title_tr="Su", share_quotes_tr="‟« Kalıyoruz. »"), "tr")
    assert said == ["", "‹Kalıyoruz.›"]


def test_the_longest_quote_fits_on_its_card():
    quote = f"“{'The families of the missing have waited for an answer. ' * 6}”"[:280]
    assert draw(Words("en", "ltr", LONGEST["en"], site_name="The Coalition", quote=quote))


def test_an_article_without_a_picture_has_a_card_of_words(at_work):
    assert not has_picture(cards_of(live(at_work(publish, make_article(), "en")))[0])


def test_a_video_shows_its_poster(at_work):
    article = make_article(format="video", video=make_video(poster=reddish()))
    assert has_picture(cards_of(live(at_work(publish, article, "en")))[0])


def test_what_cannot_be_drawn_has_no_card_and_stops_nothing(at_work, caplog):
    article = at_work(publish, make_article(title_en="水が戻る", title_ar=TITLES["ar"]), "en", "ar")
    assert cards_of(live(article)) == {}
    assert cards_of(live(article, "ar"))
    assert "card.undrawable" in caplog.text


def test_a_scheduled_text_has_its_card_before_it_is_out_at_an_address_nobody_can_guess(at_work):
    articles = [make_article(title_en="Water", category=make_category(name_en="News")) for _ in range(2)]
    for article in articles:
        at_work(workflow.schedule, article, language="en", by=None, at=in_minutes(60))
    first, second = (cards_of(live(article))[0].path for article in articles)
    assert file_of(SocialCard.objects.get(path=first)) == file_of(SocialCard.objects.get(path=second))
    assert first.rpartition("/")[2].partition("-")[0] != second.rpartition("/")[2].partition("-")[0]


def test_previews_make_none(at_work):
    article = make_article()

    def preview():
        with staging.staged([(article, "en")]):
            pass

    at_work(preview)
    assert not DBTaskResult.objects.exists()
    assert files() == set()


def test_making_them_twice_changes_nothing(at_work):
    article = at_work(publish, make_article(lead_picture=reddish()), "en")
    before, changes = files(), Change.objects.count()
    make_cards.func(ArticleEdition.objects.get(item=article, language="en").pk)
    assert files() == before
    assert Change.objects.count() == changes
    make_cards.func(10**9)


def test_the_cards_of_a_version_come_with_one_query(at_work, django_assert_num_queries):
    version = live(at_work(publish, make_article(share_quotes_en="We stay.", title_en="Water"), "en"))
    with django_assert_num_queries(1):
        assert cards_of(version)[1].url.startswith("/media/cards/")


# --- When they go --------------------------------------------------------------------


def test_a_correction_has_a_new_card_and_the_old_file_is_gone(at_work):
    article = at_work(publish, make_article(), "en")
    before = files()
    write(article, "en", title="Water returns to all districts")
    at_work(workflow.publish, article, language="en", by=None)
    assert len(files()) == 1
    assert not files() & before
    assert cards_of(live(article))


def test_until_a_planned_change_is_out_both_have_cards(at_work):
    article = at_work(publish, make_article(), "en")
    write(article, "en", title="Water returns to all districts")
    at_work(workflow.schedule, article, language="en", by=None, at=in_minutes(30))
    assert len(files()) == 2
    ArticleEdition.objects.filter(item=article).update(upcoming_at=timezone.now())
    at_work(workflow.settle)
    assert files() == {card.path for card in cards_of(live(article)).values()}


@pytest.mark.parametrize("step", ["withdraw", "retract"])
def test_what_is_taken_back_has_no_card(at_work, step):
    article = at_work(publish, make_article(share_quotes_en="We stay.", title_en="Water"), "en")
    at_work(getattr(workflow, step), article, language="en", by=None, note="An error.")
    assert files() == set()
    assert not SocialCard.objects.exists()


def test_what_is_shown_again_has_its_card_again(at_work):
    article = at_work(publish, make_article(), "en")
    version = live(article)
    at_work(workflow.withdraw, article, language="en", by=None)
    at_work(workflow.revert, article, language="en", by=None, version=version)
    assert cards_of(live(article))


def test_a_cancelled_schedule_takes_the_card_along(at_work):
    article = make_article()
    at_work(workflow.schedule, article, language="en", by=None, at=in_minutes(60))
    at_work(workflow.unschedule, article, language="en", by=None)
    assert files() == set()


def test_what_is_deleted_for_good_leaves_no_file(at_work):
    article = at_work(publish, make_article(), "en")
    ArticleEdition.objects.filter(item=article).update(withdraw_at=timezone.now())
    at_work(workflow.trash, article, by=None)
    at_work(workflow.settle)
    assert workflow.empty_trash(now=timezone.now() + timedelta(days=31)) == 1
    assert files() == set()


def test_what_is_withdrawn_while_its_card_is_drawn_gets_none(at_work, monkeypatch):
    article = at_work(publish, make_article(), "en")
    SocialCard.objects.all().delete()
    real = card_drawing.draw

    def slowly(*args, **facts):
        ArticleEdition.objects.filter(item=article).update(withdraw_at=timezone.now())
        return real(*args, **facts)

    monkeypatch.setattr(card_drawing, "draw", slowly)
    before = files()
    make_cards.func(ArticleEdition.objects.get(item=article, language="en").pk)
    assert not SocialCard.objects.exists()
    assert files() == before


# --- Pictures that change ------------------------------------------------------------


@pytest.fixture
def illustrated(at_work):
    """A published article with a picture on its card."""
    article = at_work(publish, make_article(lead_picture=reddish()), "en")
    assert has_picture(cards_of(live(article))[0])
    return article


def test_when_parts_of_the_picture_are_hidden_its_cards_are_gone_at_once(
    illustrated, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        picture_workflow.redact(illustrated.lead_picture, [Area("rectangle", 10, 10, 20, 20)], by=None)
    assert files() == set()
    assert cards_of(live(illustrated)) == {}


def test_once_it_is_drawn_anew_so_are_the_cards(illustrated, at_work):
    before = files()
    at_work(picture_workflow.redact, illustrated.lead_picture, [Area("rectangle", 0, 0, 100, 100)], by=None)
    assert has_picture(cards_of(live(illustrated))[0])
    assert not files() & before


def test_what_was_drawn_of_a_picture_before_parts_were_hidden_is_thrown_away(illustrated, at_work, monkeypatch):
    SocialCard.objects.all().delete()
    before, real = files(), card_drawing.draw

    def slowly(*args, **facts):
        data = real(*args, **facts)
        Picture.objects.filter(pk=illustrated.lead_picture_id).update(revision=7)
        return data

    monkeypatch.setattr(card_drawing, "draw", slowly)
    make_cards.func(ArticleEdition.objects.get(item=illustrated, language="en").pk)
    assert not SocialCard.objects.exists()
    assert files() == before


def test_a_picture_whose_files_are_made_after_publication_comes_onto_the_card(at_work):
    picture = make_picture()
    article = at_work(publish, make_article(lead_picture=picture), "en")
    assert not has_picture(cards_of(live(article))[0])
    at_work(make_renditions_of, picture, encodings=("jpeg",))
    assert has_picture(cards_of(live(article))[0])


def test_another_focal_point_is_on_the_card_too(at_work):
    image = Image.new("RGB", (1200, 600), "blue")
    image.paste("red", (0, 0, 400, 600))
    file = ContentFile(photos.encoded(image, "JPEG"), name="a.jpg")
    picture = make_picture(file=file, with_renditions=True, focal_x=90)
    article = at_work(publish, make_article(lead_picture=picture), "en")
    at_work(picture_workflow.set_focal_point, picture, 5, 50, by=None)
    red, _green, blue = shown(file_of(cards_of(live(article))[0])).getpixel((960, 300))
    assert red > blue


def set_rights(picture_id, **moments):
    """As they are once time went by: nothing is told of it."""
    Picture.objects.filter(pk=picture_id).update(**moments)


def tidy(at_work):
    """Once for what was before, so that the next time only asks for what came since."""
    at_work(social_cards.follow_rights)


def test_when_its_rights_end_the_picture_leaves_the_card_with_the_next_tidying(illustrated, at_work):
    tidy(at_work)
    set_rights(illustrated.lead_picture_id, rights_until=timezone.now())
    tidy(at_work)
    assert not has_picture(cards_of(live(illustrated))[0])


def test_when_its_embargo_is_over_it_comes_onto_the_card_with_the_next_tidying(at_work):
    picture = reddish()
    set_rights(picture.pk, rights_from=in_minutes(60))
    article = at_work(publish, make_article(lead_picture=picture), "en")
    assert not has_picture(cards_of(live(article))[0])
    tidy(at_work)
    assert not has_picture(cards_of(live(article))[0])
    set_rights(picture.pk, rights_from=timezone.now())
    tidy(at_work)
    assert has_picture(cards_of(live(article))[0])


def test_each_change_of_rights_is_followed_once_and_one_job_is_for_all_cards_of_a_picture(at_work, monkeypatch):
    picture = reddish()
    for _ in range(2):
        at_work(publish, make_article(lead_picture=picture), "en", "tr")
    tidy(at_work)
    set_rights(picture.pk, rights_until=timezone.now())
    asked = []
    monkeypatch.setattr(social_cards, "request_cards_with", asked.append)
    for _ in range(3):
        # A job that ran stays for two weeks.
        social_cards.follow_rights()
        for job in DBTaskResult.objects.ready():
            job.task.func(**job.args_kwargs["kwargs"])
            job.set_successful(None)
    assert asked == [picture.pk]


def test_saving_a_text_again_leaves_no_jobs_that_wait(illustrated, at_work):
    set_rights(illustrated.lead_picture_id, rights_until=in_minutes(600))
    for number in range(3):
        write(illustrated, "en", title=f"Water {number}")
        at_work(workflow.publish, illustrated, language="en", by=None)
    assert not DBTaskResult.objects.exists()


def test_when_somebody_ends_its_rights_now_it_leaves_at_once(illustrated, at_work):
    picture = Picture.objects.get(pk=illustrated.lead_picture_id)
    picture.rights_until = timezone.now()
    at_work(picture.save, update_fields=["rights_until"])
    assert not has_picture(cards_of(live(illustrated))[0])


@pytest.mark.parametrize("names", [["caption_en"], None], ids=["caption", "whole row"])
def test_other_words_on_a_picture_ask_for_no_card(illustrated, django_capture_on_commit_callbacks, names):
    picture = Picture.objects.get(pk=illustrated.lead_picture_id)
    picture.caption_en = "Another caption"
    with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as queries:
        picture.save(update_fields=names)
    assert not DBTaskResult.objects.exists()
    assert not [query for query in queries.captured_queries if "articles_" in query["sql"]]


def test_one_job_redraws_all_cards_of_a_picture_and_reads_no_text_for_it(
    at_work, django_capture_on_commit_callbacks, monkeypatch
):
    picture = reddish()
    articles = [at_work(publish, make_article(lead_picture=picture), "en", "tr") for _ in range(2)]
    # Shown in the text alone: its card has nothing to do with it.
    figure = f'<figure><img src="" alt="x" data-file="{picture.pk}"></figure>'
    at_work(publish, make_article(title_en="Water", body_en=figure), "en")
    monkeypatch.setattr(social_cards, "refresh", refreshed := [].append)
    with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as queries:
        picture.save(update_fields=["rights_until"])
    (job,) = DBTaskResult.objects.all()
    assert job.args_kwargs["args"] == [picture.pk]
    assert not [query for query in queries.captured_queries if "articleversion" in query["sql"]]
    with CaptureQueriesContext(connection) as queries:
        run_due_jobs()
    editions = ArticleEdition.objects.filter(item__in=articles, live__isnull=False)
    assert refreshed.__self__ == list(editions.order_by("pk"))
    (read,) = [query["sql"] for query in queries.captured_queries if 'FROM "articles_articleversion"' in query["sql"]]
    assert '"body"' not in read


def test_a_picture_that_nothing_uses_asks_for_no_card(django_capture_on_commit_callbacks):
    picture = reddish()
    with django_capture_on_commit_callbacks(execute=True):
        picture.save(update_fields=["rights_until"])
    assert not DBTaskResult.objects.exists()


# --- Disks that are full ---------------------------------------------------------------


def break_at_the_second_file(monkeypatch, error):
    real, calls = WholeFileSystemStorage.save, []

    def save(*args, **facts):
        calls.append(args)
        if len(calls) == 2:
            raise error
        return real(*args, **facts)

    monkeypatch.setattr(WholeFileSystemStorage, "save", save)


def test_when_the_disk_is_full_at_the_second_card_no_file_stays_and_it_is_tried_again(monkeypatch):
    article = publish(make_article(title_en="Water", share_quotes_en="We stay."), "en")
    break_at_the_second_file(monkeypatch, OSError(errno.ENOSPC, "no room"))
    make_cards.func(ArticleEdition.objects.get(item=article, language="en").pk)
    assert files() == set()
    assert not SocialCard.objects.exists()
    (job,) = DBTaskResult.objects.all()
    assert job.run_after > timezone.now()
    job.task.func(*job.args_kwargs["args"])
    assert set(cards_of(live(article))) == {0, 1}


def test_any_other_error_of_a_storage_leaves_no_file_either(monkeypatch):
    article = publish(make_article(title_en="Water", share_quotes_en="We stay."), "en")
    break_at_the_second_file(monkeypatch, OSError("broken"))
    with pytest.raises(OSError, match="broken"):
        make_cards.func(ArticleEdition.objects.get(item=article, language="en").pk)
    assert files() == set()


# --- The command, and the check of files -----------------------------------------------


def test_the_command_makes_what_lacks_and_names_what_cannot_be_made(capsys, at_work):
    publish(make_article(title_en="Water returns"), "en")
    publish(make_article(title_en="水が戻る"), "en")
    make_article()
    call_command("make_social_cards")
    said = capsys.readouterr().out
    assert "1/2 Water returns (1)" in said
    assert "2/2 水が戻る (1) cannot be drawn" in said
    assert "1 could not be done" in said
    assert len(files()) == 1


def test_the_command_draws_all_anew_where_the_name_of_the_site_changed(at_work, capsys):
    article = at_work(publish, make_article(), "en")
    before = files()
    call_command("make_social_cards", "--all")
    assert files() == before
    SiteSettings.objects.update_or_create(pk=1, defaults={"name_en": "The Council"})
    call_command("make_social_cards")
    assert files() == before
    at_work(call_command, "make_social_cards", "--all")
    assert len(files()) == 1
    assert files() != before
    assert cards_of(live(article))


def test_the_command_goes_on_after_an_error(at_work, capsys, monkeypatch, caplog):
    publish(make_article(), "en", "tr")
    real, calls = social_cards.refresh, []

    def once(edition):
        calls.append(edition)
        if len(calls) == 1:
            raise OSError("no room")
        return real(edition)

    monkeypatch.setattr("articles.management.commands.make_social_cards.refresh", once)
    call_command("make_social_cards")
    assert "OSError: no room" in capsys.readouterr().out
    assert SocialCard.objects.count() == 1


def test_check_media_knows_cards(at_work, capsys):
    article = at_work(publish, make_article(), "en")
    call_command("check_media")
    default_storage.delete(cards_of(live(article))[0].path)
    with pytest.raises(CommandError):
        call_command("check_media")
    assert "missing: cards/" in capsys.readouterr().out
