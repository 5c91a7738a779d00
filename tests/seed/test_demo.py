from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article, ArticleEdition
from coalition.models import Mandate, Person, PersonEdition, Representative
from media_library.models import Infographic, Picture, Video
from pages.models import BreakingLine, HomeSlot
from pages.seed.content import Content, SeedError, Table
from pages.seed.demo import seed_demo
from pages.seed.library import Shelf, paragraphs_of
from pages.seed.stories import words_of
from publishing.languages import language_codes
from tests.builders import make_article
from tests.seed.rows import all_rows

pytestmark = pytest.mark.django_db


def silently(_line):
    pass


@pytest.fixture
def seeded(content):
    seed_demo(content, silently)


def edition(words, language, slug_language="ar"):
    return ArticleEdition.objects.get(**{f"item__slug_{slug_language}": words}, language=language)


WATER = "عودة-المياه-إلى-الأحياء"


@pytest.mark.usefixtures("seeded")
def test_article_has_the_facts_of_its_file():
    article = Article.objects.get(slug_ar=WATER)
    assert article.category.slug_en == "local-news"
    assert article.lead_picture.alt_text_ku == "Çemek"
    assert [tag.slug for tag in article.tags.all()] == ["water"]
    assert [byline.name_tr for byline in article.bylines.all()] == ["Sami Nasır"]
    assert (article.source_ar, article.source_en) == ("الإعلام", None)


@pytest.mark.usefixtures("seeded")
def test_published_text_is_dated_back_in_the_newsrooms_zone():
    published = edition(WATER, "ar")
    local = timezone.localtime(published.publish_at, timezone.get_default_timezone())
    assert published.state == "published"
    assert f"{local:%H:%M}" == "16:40"
    assert timezone.localdate() - local.date() == timedelta(days=4)
    assert published.updated_at is None
    assert not published.has_unpublished_changes


@pytest.mark.usefixtures("seeded")
def test_withdrawn_text_tells_its_reason():
    withdrawn = edition(WATER, "en")
    assert (withdrawn.state, withdrawn.withdraw_reason) == ("withdrawn", "It was wrong.")
    assert withdrawn.publish_at < withdrawn.withdraw_at < timezone.now()


@pytest.mark.usefixtures("seeded")
def test_scheduled_text_goes_out_tomorrow_at_nine():
    scheduled = edition(WATER, "tr")
    local = timezone.localtime(scheduled.publish_at, timezone.get_default_timezone())
    assert scheduled.state == "scheduled"
    assert local.replace(tzinfo=None) == datetime.combine(timezone.localdate() + timedelta(days=1), local.time())
    assert f"{local:%H:%M}" == "09:00"


@pytest.mark.usefixtures("seeded")
def test_draft_has_text_and_no_version():
    draft = edition(WATER, "ku")
    assert (draft.state, draft.live, draft.item.title_ku) == ("draft", None, "Av vegeriya")


@pytest.mark.usefixtures("seeded")
def test_infographic_has_a_picture_in_the_languages_of_its_article_only():
    infographic = Infographic.objects.get(name="wells-in-figures")
    assert infographic.picture_en.alt_text_en == "Wells in figures"
    assert infographic.picture_ar is None
    assert edition("wells-in-figures", "en", "en").live.media["infographic"] == infographic.pk


@pytest.mark.usefixtures("seeded")
def test_briefs_are_published_in_all_languages_and_go_round_the_news_sections():
    briefs = ArticleEdition.objects.filter(live__title__contains="no. ", language="en").order_by("publish_at")
    assert [brief.live.title for brief in briefs] == [f"Brief no. {number}: a well" for number in (1, 2, 3)]
    assert [brief.category.slug_en for brief in briefs] == ["local-news", "field-news", "local-news"]
    assert briefs[0].live.standfirst == "The well works."
    assert briefs[0].live.body == "<p>Water runs again.</p>"
    assert briefs[0].item.editions.count() == 4


@pytest.mark.usefixtures("seeded")
def test_person_is_published_everywhere_with_portrait_and_mandates():
    person = Person.objects.get(slug_en="rima-bustan")
    for code in language_codes():
        assert PersonEdition.objects.published(language=code).get().live.lead_picture == person.lead_picture
    assert set(Mandate.objects.values_list("body__slug_en", "role_ar", "position")) == {
        ("general-assembly", "الرئيسة", 1),
        ("independents", None, 1000),
        ("finance", None, 1000),
    }
    assert Representative.objects.get(person=person).country_ku == "Almanya"


@pytest.mark.usefixtures("seeded")
def test_home_page_has_its_lead_and_its_breaking_line():
    article = Article.objects.get(slug_ar=WATER)
    assert HomeSlot.objects.get(language="ar", position=1).article == article
    line = BreakingLine.objects.running(language="ar").get()
    assert line.article == article
    assert timedelta(days=1, hours=23) < line.ends_at - timezone.now() <= timedelta(days=2)


def test_playlist_has_the_videos_of_other_stories_with_titles_of_its_own(content):
    titles = dict.fromkeys(language_codes(), "The well")
    Video.objects.create(name="well", url="https://vimeo.com/1084537")
    story = Table({"format": "playlist", "playlist": {"videos": [{"video": "well", "title": titles}]}}, "films.toml")
    playlist = Shelf(content).medium_for(story, "films", language_codes())["playlist"]
    assert [one.title_ku for one in playlist.recordings] == ["The well"]
    Video.objects.update(name="bridge")
    with pytest.raises(SeedError, match="films.toml, playlist, videos 1: there is no video “well” yet"):
        Shelf(content).medium_for(story, "films", language_codes())


@pytest.mark.usefixtures("seeded")
def test_seed_demo_again_changes_nothing(content):
    before = all_rows()
    seed_demo(content, silently)
    assert all_rows() == before


@pytest.mark.usefixtures("seeded")
def test_seed_demo_again_knows_an_article_by_the_words_that_it_had(content):
    article = Article.objects.get(slug_ar=WATER)
    article.title_ar, article.slug_ar = "عنوان آخر", "عنوان-آخر"
    article.save()
    HomeSlot.objects.all().delete()
    count = Article.objects.count()
    with pytest.raises(SeedError, match="water-returns"):
        # The home page asks for it under the words of its file: it says so instead of guessing.
        seed_demo(content, silently)
    assert Article.objects.count() == count


def test_every_picture_has_a_job_for_its_renditions(content, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        seed_demo(content, silently)
    jobs = DBTaskResult.objects.filter(task_path="media_library.tasks.make_renditions")
    asked = sorted(job.args_kwargs["args"][0] for job in jobs)
    assert asked == sorted(Picture.objects.values_list("pk", flat=True))
    assert len(asked) == 3


def test_seed_demo_only_if_empty_leaves_an_installation_in_use_alone(content, capsys):
    make_article()
    before = all_rows()
    call_command("seed_demo", content=content.folder, only_if_empty=True)
    assert all_rows() == before
    assert "no demo content was added" in capsys.readouterr().out


def test_seed_demo_keeps_nothing_when_a_file_is_wrong(content, tmp_path):
    folder = copy_of(content, tmp_path)
    story = folder / "articles" / "wells-in-figures.toml"
    story.write_text(story.read_text().replace('section = "press-releases"', 'section = "elsewhere"'))
    before = all_rows()
    with pytest.raises(CommandError, match="articles/wells-in-figures.toml: there is no section “elsewhere”"):
        call_command("seed_demo", content=folder)
    assert all_rows() == before


def copy_of(content, tmp_path):
    folder = tmp_path / "content"
    (folder / "articles").mkdir(parents=True)
    for path in content.folder.rglob("*.toml"):
        (folder / path.relative_to(content.folder)).write_text(path.read_text())
    return folder


def test_paragraphs_of_takes_the_words_of_each_block():
    html = "<h2>Rules</h2>\n<p>One <strong>two</strong>.</p><ul><li><p>Three</p></li></ul><p>Fish &amp; bread</p>"
    assert paragraphs_of(html) == ["Rules", "One two.", "Three", "Fish & bread"]


def test_own_content_names_every_article_once():
    stories = Content().read_articles().values()
    words = [(story["source_language"], words_of(story)) for story in stories]
    assert len(set(words)) == len(words)


def test_own_content_is_seeded_whole():
    reported = []
    seed_demo(Content(), reported.append)
    stories = Content().read_articles()
    assert Article.objects.count() == len(stories) + 90
    assert Person.objects.count() == 90
    assert not [line for line in reported if "left out" in line]
    for code in language_codes():
        assert PersonEdition.objects.published(language=code).count() == 90
        assert ArticleEdition.objects.published(language=code).count() > 90
