"""Moving articles out and in: what comes back is what went out, once, and nothing goes live by accident."""

import gzip
import hashlib
import io
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import workflow as article_workflow
from articles.models import Article, ArticleEdition, ArticleVersion, Byline, Category
from articles.transfer import importing, storing
from articles.transfer.exporting import Exporter
from articles.transfer.format import check_of_lines, line_of
from desk import finding, lockdown
from media_library import uploads
from media_library.models import Album, Collection, Document, Picture, PictureUse, Video
from publishing import workflow
from publishing.languages import language_codes
from publishing.models import Change, LogEntry, Tag, TaggedItem
from tests.builders import (
    in_minutes,
    make_album,
    make_article,
    make_byline,
    make_category,
    make_infographic,
    make_person,
    make_picture,
    make_playlist,
    make_press_conference,
    make_superuser,
    make_tag,
    make_video,
    picture_file,
    publish,
    write,
)
from tests.contracts.crawl import crawl
from tests.media_library.pdfs import SECRET, telling_pdf
from tests.media_library.samples import mp4
from tests.search.test_index import found

pytestmark = pytest.mark.django_db

HEADER = {"format": "newsroom-articles", "version": 1, "languages": ["en", "ar", "tr", "ku"]}
LONG_AGO = "2024-05-03T09:30:00Z"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "moving"
    path.mkdir()
    return path


def export(folder, name="articles.jsonl", **options):
    """Exports everything; returns the file's path."""
    path = folder / name
    call_command("export_articles", str(path), stderr=io.StringIO(), **options)
    return path


def lines_of(path):
    """The records of a file, without its header."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def file_of(folder, *records, header=HEADER, name="in.jsonl"):
    path = folder / name
    path.write_text("".join(f"{json.dumps(record)}\n" for record in [header, *records]))
    return path


def bring_in(path, **options):
    """Imports a file; returns what was said, and what was said of problems."""
    out, problems = io.StringIO(), io.StringIO()
    try:
        call_command("import_articles", str(path), stdout=out, stderr=problems, **options)
    except CommandError as error:
        problems.write(f"end: {error}\n")
    return out.getvalue(), problems.getvalue()


def record(key="elsewhere:1", **facts):
    """A line as a script might write it: an English article, published long ago."""
    english = {"title": "Nightingale", "body": "<p>It sings.</p>", "state": "published", "publish_at": LONG_AGO}
    english |= facts.pop("english", {})
    section = [{"name": {"en": "World", "ar": "العالم", "tr": "Dünya", "ku": "Cîhan"}}]
    return {"id": key, "source_language": "en", "section": section, "languages": {"en": english}} | facts


class Gone(Exception):
    pass


def elsewhere(make):
    """What `make()` returns, in a database of which nothing is left here."""
    try:
        with transaction.atomic():
            result = make()
            raise Gone
    except Gone:
        return result


# --- Out and in again ---------------------------------------------------------------


def make_rich_site():
    """Articles in every state and format, with all that can belong to one."""
    section = make_category(layout="press", description_en="All of it")
    below = make_category(parent=section, needs_second_person=True)
    picture, other = make_picture(file=picture_file(color="#112233")), make_picture(file=picture_file(color="#445566"))
    tag, byline = make_tag(description_en="On water"), make_byline(portrait=picture, role_en="Correspondent")
    withdrawn = article_workflow.withdraw_byline(make_byline(name_en="Canary"), by=None)
    image = f'<img data-file="{other.pk}" src="/media/x.jpg" alt="A well">'
    first = make_article(category=below, tags=[tag], bylines=[byline, withdrawn], lead_picture=picture, slug_en="first")
    first.body_en = f"<p>Beginning.</p><figure>{image}<figcaption>May</figcaption></figure>"
    first.source_en, first.dateline_ar, first.share_quotes_en = "Agency", "إسطنبول", "One\nTwo"
    first.save()
    publish(first)
    workflow.publish(
        write(first, "en", title="Corrected title").item,
        language="en",
        by=None,
        change="correction",
        public_note="A date",
    )
    changed = publish(make_article(category=section, tags=[tag]), "en", "ar")
    write(changed, "en", title="Not yet public", standfirst="Nor this")
    changed.lead_picture = other
    changed.save()
    changed.tags.set([])
    planned = publish(make_article(category=section), "en")
    workflow.schedule(write(planned, "en", title="From tomorrow").item, language="en", by=None, at=in_minutes(999))
    scheduled = make_article(category=section)
    workflow.schedule(scheduled, language="tr", by=None, at=in_minutes(60), until=in_minutes(600))
    withdrawn_article = publish(make_article(category=section), "ku", "en")
    workflow.withdraw(withdrawn_article, language="ku", by=None, note="It was wrong")
    workflow.withdraw(withdrawn_article, language="en", by=None, at=in_minutes(90))
    retracted = publish(make_article(category=section), "en")
    workflow.retract(retracted, language="en", by=None, note="We take this back")
    draft = make_article(category=section, release_policy="together", wanted_languages=["en", "tr"])
    write(draft, "en", title="A draft")
    workflow.submit(draft, language="en", by=None)
    first.related.set([draft, changed])
    draft.related.set([first])
    video = make_video(poster=picture)
    conference = make_press_conference(speakers=[make_person()], recording=video, starts_at=in_minutes(60))
    media = {
        "gallery": {"album": make_album([picture, other])},
        "infographic": {"infographic": make_infographic(**{f"picture_{code}": other for code in language_codes()})},
        "video": {"video": video},
        "playlist": {"playlist": make_playlist(video, make_video(poster=other))},
        "press_conference": {"press_conference": conference},
    }
    for format, medium in media.items():
        publish(make_article(category=section, format=format, **medium))


def public_pages(client):
    """Address → page of everything that can be reached, without what is random in it."""
    pages = {}
    for address, response in crawl(client, "/en/", "/ar/", "/tr/", "/ku/").items():
        text = response.content.decode(errors="replace")
        text = re.sub(r'nonce-?="?[\w+/=-]+|"csrf[^>]*>|DTSTAMP:\S+', "", text)
        # In pieces: PostgreSQL gives the other languages of an article in any order.
        pages[address] = response.status_code, sorted(re.split(r"(?=<)", text))
    return pages


def test_what_went_out_comes_in_as_it_was(folder, client):
    def leave():
        make_rich_site()
        pages = public_pages(client)
        return pages, export(folder)

    pages, path = elsewhere(leave)
    assert not Article.objects.exists()
    said, problems = bring_in(path)
    assert problems == ""
    again = export(folder, "again.jsonl")
    assert lines_of(again) == lines_of(path)
    assert again.read_bytes() == path.read_bytes()
    came = public_pages(client)
    assert came.keys() == pages.keys()
    assert [address for address in pages if came[address] != pages[address]] == []


def test_the_same_articles_give_the_same_file_and_nothing_is_written_over(folder):
    publish(make_article(tags=[make_tag()]))
    path, again = export(folder), export(folder, "again.jsonl")
    assert again.read_bytes() == path.read_bytes()
    packed, again = export(folder, "a.jsonl.gz"), export(folder, "b.jsonl.gz")
    assert packed.read_bytes() == again.read_bytes()
    assert gzip.decompress(packed.read_bytes()) == path.read_bytes()
    with pytest.raises(CommandError, match="--overwrite"):
        export(folder)
    export(folder, overwrite=True)
    assert path.stat().st_mode & 0o077 == 0  # there are drafts in it


def test_a_packed_file_comes_in(folder):
    path = elsewhere(lambda: (publish(make_article()), export(folder, "a.jsonl.gz"))[1])
    assert "1 new" in bring_in(path)[0]


def test_what_is_in_the_trash_stays_there(folder):
    workflow.trash(make_article(), by=None)
    assert lines_of(export(folder)) == []


def test_the_lines_of_an_export_are_as_the_schema_says(folder):
    make_rich_site()
    lines = lines_of(export(folder))
    assert len(lines) == Article.objects.count()
    for line in lines:
        check_of_lines()(line)


def test_a_version_holds_what_the_workflow_would_have_frozen(folder):
    def leave():
        article = make_article(
            tags=[make_tag()], bylines=[make_byline()], lead_picture=make_picture(), slug_en="words", reference="A 1"
        )
        article.seo_title_en, article.source_ar, article.share_quotes_tr = "Search", "وكالة", "Su geri döndü"
        article.save()
        article.related.add(publish(make_article(), "en"))
        publish(article)
        return export(folder)

    bring_in(elsewhere(leave))
    article = Article.objects.get(reference="A 1")
    for edition in article.editions.select_related("live"):
        frozen = article.frozen_values(edition.language)
        assert frozen.keys() == {*ArticleVersion.frozen_field_names()}
        assert {name: getattr(edition.live, name) for name in frozen} == frozen
        assert edition.live.summary
        for name, rows in article.frozen_relations(edition.language).items():
            assert [*getattr(edition.live, name).all()] == [*rows]
        assert not edition.has_unpublished_changes
        assert edition.state == edition.current_state == edition.State.PUBLISHED


# --- Once, whatever happens ---------------------------------------------------------


def counts():
    models = (Article, ArticleEdition, ArticleVersion, Tag, TaggedItem, Byline, Category, Picture, PictureUse, LogEntry)
    return {model.__name__: model.objects.count() for model in models} | {"albums": Album.objects.count()}


def test_a_file_comes_in_twice_and_is_there_once(folder):
    path = elsewhere(lambda: (make_rich_site(), export(folder))[1])
    bring_in(path)
    before, pages = counts(), lines_of(export(folder, "one.jsonl"))
    said, problems = bring_in(path)
    assert f"0 new, 0 updated, {before['Article']} as they were" in said
    assert problems == ""
    assert counts() == before
    assert lines_of(export(folder, "two.jsonl")) == pages


def test_what_was_broken_off_goes_on(folder, monkeypatch):
    path = elsewhere(lambda: (make_rich_site(), export(folder))[1])
    monkeypatch.setattr(importing, "BATCH", 2)
    calls = []

    def store(*args, **facts):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return storing.store(*args, **facts)

    monkeypatch.setattr(importing, "store", store)
    with pytest.raises(KeyboardInterrupt):
        bring_in(path)
    assert Article.objects.count() == 4
    said, problems = bring_in(path)
    assert "8 new" in said
    assert problems == ""
    assert lines_of(export(folder, "again.jsonl")) == lines_of(path)


def test_a_file_that_was_cut_off_says_so(folder):
    path = file_of(folder, record(), header=HEADER | {"counts": {"articles": 2}})
    said, problems = bring_in(path)
    assert "1 new" in said
    assert "It was cut off" in problems


def test_a_changed_line_changes_the_article_and_keeps_its_history(folder, client):
    bring_in(file_of(folder, record()))
    article = Article.objects.get()
    changed = record(
        english={"title": "Lark", "updated_at": "2024-06-01T08:00:00+03:00"}, tags=[{"name": {"en": "Birds"}}]
    )
    assert "0 new, 1 updated" in bring_in(file_of(folder, changed))[0]
    edition = article.editions.get()
    assert [version.title for version in edition.versions.order_by("number")] == ["Nightingale", "Lark"]
    assert (edition.live.title, edition.live.kind, edition.released_revision) == ("Lark", "update", edition.revision)
    assert [tag.name for tag in edition.live.tags.all()] == ["Birds"]
    assert edition.updated_at.isoformat() == "2024-06-01T05:00:00+00:00"
    assert (found("lark"), found("nightingale")) == ([article], [])
    assert "Lark" in client.get(edition.get_absolute_url()).content.decode()
    assert "1 as they were" in bring_in(file_of(folder, changed))[0]


def test_a_line_with_one_more_language_adds_it(folder):
    bring_in(file_of(folder, record()))
    both = record()
    both["languages"]["ar"] = {"title": "العندليب", "state": "published", "publish_at": LONG_AGO}
    bring_in(file_of(folder, both))
    article = Article.objects.get()
    assert [edition.language for edition in article.editions.order_by("pk")] == ["en", "ar"]
    assert article.editions.get(language="en").versions.count() == 1
    assert found("العندليب", "ar") == [article]


def test_what_somebody_changed_here_is_not_written_over_unless_told(folder):
    bring_in(file_of(folder, record()))
    write(Article.objects.get(), "en", title="Our own words")
    changed = file_of(folder, record(english={"title": "Lark"}))
    said, problems = bring_in(changed)
    assert "line 2: was changed here after it came in. With --overwrite the line takes its place" in problems
    assert Article.objects.get().title_en == "Our own words"
    bring_in(changed, overwrite=True)
    article = Article.objects.get()
    assert article.title_en == article.editions.get().live.title == "Lark"
    assert article.editions.get().versions.filter(title="Our own words").exists()


def test_our_own_articles_come_back_as_they_are_or_not_at_all(folder):
    article = publish(make_article(title_en="Nightingale"), "en")
    path = export(folder)
    assert "1 as they were" in bring_in(path)[0]
    workflow.publish(write(article, "en", title="Lark").item, language="en", by=None)
    assert "was changed here" in bring_in(path)[1]
    bring_in(path, overwrite=True)
    assert article.editions.get().live.title == "Nightingale"


def test_what_is_public_here_stays_so_when_the_line_says_draft(folder):
    bring_in(file_of(folder, record()))
    bring_in(file_of(folder, record(english={"title": "Lark", "state": "draft", "publish_at": None})))
    edition = ArticleEdition.objects.get()
    assert (edition.live.title, edition.item.title_en, edition.working_state) == ("Nightingale", "Lark", "draft")


def test_of_two_lines_with_one_id_the_second_counts(folder):
    bring_in(file_of(folder, record(), record(english={"title": "Lark"})))
    assert Article.objects.get().editions.get().live.title == "Lark"


def test_what_was_deleted_here_comes_in_again(folder):
    path = file_of(folder, record())
    bring_in(path)
    article = Article.objects.get()
    workflow.withdraw(article, language="en", by=None)
    workflow.trash(article, by=None)
    assert "1 as they were" in bring_in(path)[0]
    workflow.empty_trash(now=in_minutes(60 * 24 * 31))
    assert "1 new" in bring_in(path)[0]
    assert Article.objects.get().editions.get().is_public


# --- Numbers and addresses ----------------------------------------------------------


def test_an_article_keeps_its_number_and_address_where_it_can(folder):
    bring_in(file_of(folder, record("elsewhere:4711")))
    assert Article.objects.get().pk == 4711
    bring_in(file_of(folder, record("another:4711"), record("third:0"), record("with-words")))
    assert Article.objects.count() == 4
    newer = make_article()
    assert newer.pk > 4711


def test_tags_and_bylines_keep_theirs(folder):
    tag, byline = (
        {"id": "elsewhere:90", "name": {"en": "Birds"}},
        {"id": "elsewhere:91", "name": {"en": "Layla Haddad"}},
    )
    bring_in(file_of(folder, record(tags=[tag], bylines=[byline])))
    assert (Tag.objects.get().pk, Byline.objects.get().pk) == (90, 91)
    # The numbers that come next are free: further on, where the database has given more of them before.
    assert make_tag().pk > 90
    assert make_byline().pk > 91


# --- What stands beside articles ----------------------------------------------------


def test_sections_are_found_by_their_address_in_any_language_or_made_with_their_parents(folder):
    world = make_category(name_en="World", name_ar="")
    names = {"name": {"en": "World", "ar": "العالم"}}, {"name": {"en": "Asia"}, "layout": "press"}
    bring_in(file_of(folder, record(section=[names[0]]), record("b", section=[*names]), record("c", section=[*names])))
    assert Article.objects.filter(category=world).count() == 1
    asia = Category.objects.get(name_en="Asia")
    assert (asia.parent, asia.path_en, asia.layout) == (world, "world/asia", "press")
    assert not Category.objects.get(pk=world.pk).name_ar  # what is here is not changed


def test_a_section_comes_with_its_parents_also_when_what_is_below_is_refused(folder):
    news, people = {"id": "x:7", "name": {"en": "Reports"}}, {"name": {"en": "People"}, "slug": {"en": "people"}}
    wrong = [{"name": {"en": "Asia"}}, {"name": {"tr": "Asya"}}]
    bring_in(file_of(folder, record("a", section=wrong), record("b", section=[news, people, {"name": {"en": "May"}}])))
    paths = {category.path_en for category in Category.objects.all()}
    assert paths == {"asia", "reports", "reports/people", "reports/people/may"}
    assert Category.objects.get(name_en="Reports").pk == 7


def test_a_section_that_is_several_here_is_an_error(folder):
    make_category(name_en="World"), make_category(name_tr="Dünya")
    said, problems = bring_in(file_of(folder, record()))
    assert "line 2: section: has the addresses of several sections here" in problems


def test_a_tag_is_known_by_its_name_in_any_language(folder):
    tag = make_tag(name_tr="Su")
    lines = [record(str(number), tags=[{"name": {"en": "Water", "tr": "Su"}}]) for number in range(2)]
    bring_in(file_of(folder, *lines))
    assert [*Tag.objects.all()] == [tag]


def test_a_withdrawn_byline_stays_withdrawn(folder, client):
    canary = {"id": "elsewhere:1", "name": {"en": "Canary"}}
    bring_in(file_of(folder, record(bylines=[canary])))
    edition = ArticleEdition.objects.get()
    assert "Canary" in client.get(edition.get_absolute_url()).content.decode()
    bring_in(file_of(folder, record("b", bylines=[canary | {"withdrawn_at": LONG_AGO}])))
    assert "Canary" not in client.get(edition.get_absolute_url()).content.decode()
    bring_in(file_of(folder, record("c", bylines=[canary])))
    assert Byline.objects.get().withdrawn_at


def test_related_articles_may_come_further_down(folder):
    path = file_of(folder, record("a", related=["b", "missing"]), record("b", related=["a"]))
    bring_in(path)
    one, other = Article.objects.order_by("pk")
    assert [*one.related.all()] == [other]
    assert one.editions.get().live.related == [other.pk]
    assert other.editions.get().live.related == [one.pk]
    before = counts()
    assert "1 as they were" in bring_in(path)[0]
    assert counts() == before


def test_reference_numbers_go_on_behind_those_that_came_in(folder):
    year = timezone.localdate().year
    bring_in(file_of(folder, record(reference=f"PR {year}/41")))
    press = publish(make_article(category=make_category(layout="press")), "en")
    assert Article.objects.get(pk=press.pk).reference == f"PR {year}/42"
    said, problems = bring_in(file_of(folder, record("b", reference=f"PR {year}/42"), record("c", reference="A")))
    assert "line 2: reference: is that of another article" in problems
    assert "1 new" in said


# --- Nothing goes live by accident ---------------------------------------------------


def moment(minutes):
    return in_minutes(minutes).isoformat()


def test_what_is_scheduled_stays_scheduled(folder):
    bring_in(file_of(folder, record(english={"state": "scheduled", "publish_at": moment(60)})))
    edition = ArticleEdition.objects.get()
    assert (edition.state, edition.is_public) == ("scheduled", False)
    assert found("nightingale") == []
    assert DBTaskResult.objects.filter(run_after=edition.publish_at).exists()
    assert Change.objects.filter(language="en", at=edition.publish_at).exists()


def test_what_was_scheduled_for_a_moment_that_has_passed_waits_for_somebody(folder):
    said, problems = bring_in(file_of(folder, record(english={"state": "scheduled", "publish_at": LONG_AGO})))
    edition = ArticleEdition.objects.get()
    assert (edition.state, edition.live) == ("approved", None)
    assert "line 2: languages.en: was scheduled for a moment that has passed" in problems


def test_a_planned_change_whose_moment_has_passed_waits_too(folder):
    upcoming = {"at": LONG_AGO, "title": "Lark"}
    said, problems = bring_in(
        file_of(folder, record(english={"title": "Lark", "public": {"title": "Owl"}, "upcoming": upcoming}))
    )
    edition = ArticleEdition.objects.get()
    assert (edition.version.title, edition.upcoming, edition.working_state) == ("Owl", None, "approved")
    assert "had a change planned" in problems


def test_drafts_come_in_as_drafts_and_everything_does_if_told(folder):
    lines = record(), record("b", english={"state": "in_review", "publish_at": None})
    bring_in(file_of(folder, *lines), as_drafts=True)
    assert {edition.state for edition in ArticleEdition.objects.all()} == {"draft"}
    assert {edition.live for edition in ArticleEdition.objects.all()} == {None}
    assert ArticleVersion.objects.filter(kind="save").count() == 2
    bring_in(file_of(folder, *lines))
    assert {edition.state for edition in ArticleEdition.objects.all()} == {"published", "in_review"}


def test_nothing_goes_out_in_a_lock_down(folder):
    lockdown.start(by=make_superuser(), reason="A break-in")
    said, problems = bring_in(file_of(folder, record()))
    assert problems.startswith("end: ")
    assert not Article.objects.exists()
    assert "1 new" in bring_in(file_of(folder, record()), as_drafts=True)[0]


def test_nobody_is_told_of_old_articles(folder, mailoutbox):
    bring_in(file_of(folder, record()))
    assert mailoutbox == []
    assert not DBTaskResult.objects.exists()


def test_pages_that_were_kept_are_out_of_date(folder):
    bring_in(file_of(folder, record()))
    assert {change.language for change in Change.objects.filter(is_hard=True)} == set(language_codes())


def test_no_account_and_no_note_goes_out(folder):
    author = make_superuser(username="canary", email="canary@example.org")
    article = make_article(created_by=author)
    workflow.record_save(article, language="en", by=author, note="canary")
    workflow.publish(article, language="en", by=author, note="canary")
    assert b"canary" not in export(folder).read_bytes()


# --- What is wrong with a line --------------------------------------------------------


PROBLEMS = [
    ({"english": {"title": ""}}, "languages.en.title: is missing"),
    ({"english": {"title": "x" * 161}}, "languages.en.title: has 161 characters, 160 are allowed"),
    ({"english": {"titel": "x"}}, "languages.en.titel: is no name of this format"),
    ({"english": {"title": 7}}, "languages.en.title: must be a text, and is 7"),
    ({"english": {"title": "a\0b"}}, "languages.en.title: has a character in it that is none"),
    ({"english": {"title": "a\ud800b"}}, "languages.en.title: has a character in it that is none"),
    ({"english": {"state": "out"}}, "languages.en.state: is 'out', but must be one of draft"),
    ({"english": {"publish_at": None}}, "languages.en.publish_at: is missing"),
    (
        {"english": {"publish_at": "2024-02-30T10:00:00Z"}},
        "languages.en.publish_at: “2024-02-30T10:00:00Z” is no moment",
    ),
    ({"english": {"publish_at": "3 May"}}, "languages.en.publish_at: is written in another way"),
    ({"english": {"publish_at": "2999-01-01T00:00:00Z"}}, "languages.en.publish_at:"),
    ({"english": {"state": "retracted"}}, "languages.en.retracted_at: what is retracted needs"),
    ({"english": {"state": "withdrawn"}}, "languages.en.withdraw_at: must be the moment"),
    ({"english": {"state": "draft", "public": {"title": "x"}}}, "languages.en.public: is for what readers have"),
    ({"english": {"slug": "a/b"}}, "languages.en.slug: holds a “/”"),
    (
        {"english": {"body": "<ul><li>" * 500}},
        "languages.en.body: The formatting of this text is nested too deeply",
    ),
    ({"section": []}, "section: has 0 entries"),
    (
        {"section": [{"name": {"en": "People"}, "slug": {"en": "people"}}]},
        "section: The address “people” belongs to",
    ),
    ({"section": [{"name": {"ar": "آسيا"}}]}, "languages.en.section: the section “آسيا” has no name"),
    ({"source_language": "xx"}, "“xx” is no language of this site"),
    ({"format": "video"}, "languages.en.medium: is missing"),
    ({"lead_picture": "0" * 64}, f"media/{'0' * 64}: the file is missing"),
    ({"embargo_until": "2199-01-01T00:00:00Z"}, "languages.en.publish_at: lies before the end of the embargo"),
    ({"tags": [{"name": {}}]}, "tags: a tag has no name"),
    ({"bylines": [{"name": {"en": None}}]}, "bylines: a byline has no name"),
]


@pytest.mark.parametrize(("changes", "problem"), PROBLEMS, ids=map(str, range(len(PROBLEMS))))
def test_a_line_with_something_wrong_is_named_and_the_rest_goes_on(folder, changes, problem):
    said, problems = bring_in(file_of(folder, record("bad", **changes), record("good")))
    assert f"line 2: {problem}" in problems
    assert "end: Not everything came in (1 passed over)" in problems
    assert "1 new" in said
    assert Article.objects.count() == 1


def test_what_is_no_line_is_named_too(folder):
    path = file_of(folder, record())
    with path.open("ab") as file:
        file.write(b"{broken\n[]\n" + b"[" * 100_000 + b"\n" + line_of(record("b")) + b'{"id": NaN}\n')
    said, problems = bring_in(path)
    assert [line.split(":")[0] for line in problems.splitlines()] == ["line 3", "line 4", "line 5", "line 7", "end"]
    assert "2 new" in said


def test_what_is_no_file_of_articles_is_refused(folder):
    for header, problem in [
        ({"a": 1}, "This is no file of articles"),
        (HEADER | {"version": 2}, "version 2 of the format"),
        (HEADER | {"languages": ["en", "de"]}, "languages that this site has not: de"),
    ]:
        assert problem in bring_in(file_of(folder, record(), header=header))[1]
    (folder / "x.gz").write_bytes(b"no gzip")
    assert "cannot be read" in bring_in(folder / "x.gz")[1]
    assert "cannot be read" in bring_in(folder / "missing.jsonl")[1]
    assert not Article.objects.exists()


def test_a_line_that_cannot_be_stored_does_not_hold_up_the_others(folder, monkeypatch):
    def store(incoming, *, now):
        if "b" in {one.key for one in incoming}:
            raise IntegrityError("taken")
        return storing.store(incoming, now=now)

    monkeypatch.setattr(importing, "store", store)
    said, problems = bring_in(file_of(folder, record("a"), record("b"), record("c")))
    assert problems.startswith("line 3: could not be stored (taken). Import the file again")
    assert Article.objects.count() == 2


def test_hostile_html_is_cleaned(folder, client):
    hostile = (
        '<p onclick="x()">Sings<script>alert(1)</script></p><a href="javascript:alert(1)">here</a>'
        '<iframe src="https://evil.example"></iframe><img src="https://evil.example/x.png" onerror="x()">'
    )
    english = {"body": hostile, "title": "<b>Bold</b>", "public": {"body": hostile + "<p>Twice</p><svg onload=x()>"}}
    bring_in(file_of(folder, record(english=english)))
    edition = ArticleEdition.objects.get()
    for text in (edition.live.body, edition.item.body_en):
        assert "Sings" in text
        assert not re.search("script|onclick|iframe|<img|onerror|svg|javascript", text)
    page = client.get(edition.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "evil.example" not in page


# --- Pictures and media ----------------------------------------------------------------


def beside(folder, data):
    """Lays a file beside the lines; returns its hash."""
    sha256 = hashlib.sha256(data).hexdigest()
    (folder / "media").mkdir(exist_ok=True)
    (folder / "media" / sha256).write_bytes(data)
    return sha256


def test_a_picture_is_known_by_its_file_and_comes_with_what_hides_parts_of_it(folder):
    sha256 = beside(folder, picture_file(width=64, height=48).read())
    area = {"shape": "ellipse", "left": 10, "top": 20.5, "width": 30, "height": 40}
    facts = {"alt": {"en": "A bird"}, "redactions": [area], "collection": {"path": ["Field", "May"], "closed": True}}
    lines = [record(str(number), lead_picture=sha256, pictures={sha256: facts}) for number in range(3)]
    said, problems = bring_in(file_of(folder, *lines))
    assert problems == ""
    picture = Picture.objects.get()
    assert (picture.width, picture.height, picture.sha256, picture.is_ready) == (64, 48, sha256, False)
    assert picture.redactions.get().top == 20.5
    assert (str(picture.collection), picture.collection.is_closed) == ("May", True)
    assert ArticleEdition.objects.first().live.lead_text["alt"] == "A bird"
    assert picture.uses.count() == 6
    assert picture.unused_since is None


def test_a_picture_of_a_closed_collection_does_not_get_into_an_open_one(folder):
    Collection.objects.create(name="Field")
    sha256 = beside(folder, picture_file(width=64, height=48).read())
    facts = {"alt": {"en": "A bird"}, "collection": {"path": ["Field"], "closed": True}}
    said, problems = bring_in(file_of(folder, record(lead_picture=sha256, pictures={sha256: facts})))
    assert f"line 2: pictures.{sha256}.collection: “Field” is open to all staff here" in problems
    assert not Picture.objects.exists()


def test_a_picture_in_a_text_is_named_by_its_hash_alone(folder, client):
    secret = make_picture()
    sha256 = beside(folder, picture_file(width=64, height=48, color="#778899").read())
    body = f'<p>x</p><figure><img src="media/{sha256}" alt="A bird"></figure><img src="/x" data-file="{secret.pk}">'
    bring_in(file_of(folder, record(english={"body": body})))
    picture = Picture.objects.exclude(pk=secret.pk).get()
    version = ArticleVersion.objects.get()
    assert version.picture_ids == [None, picture.pk]
    assert 'alt="A bird"' in version.body
    assert not secret.uses.exists()
    line = lines_of(export(folder))[0]
    assert line["languages"]["en"]["body"] == f'<p>x</p><figure><img src="media/{sha256}" alt="A bird"></figure>'
    assert sha256 in line["pictures"]


def test_a_file_that_is_not_what_its_name_says_is_refused(folder):
    sha256 = beside(folder, b"something")
    (folder / "media" / sha256).write_bytes(b"something else")
    text = beside(folder, b"no picture")
    said, problems = bring_in(file_of(folder, record("a", lead_picture=sha256), record("b", lead_picture=text)))
    assert f"line 2: media/{sha256}: the file is not what its name says" in problems
    assert f"line 3: pictures.{text}: This is no file that can be used here" in problems
    assert not Picture.objects.exists()


def test_a_lead_picture_needs_words_for_those_who_do_not_see_it(folder):
    sha256 = beside(folder, picture_file(width=64, height=48).read())
    said, problems = bring_in(file_of(folder, record(lead_picture=sha256)))
    assert "line 2: languages.en.lead_picture: has no alternative text in this language" in problems


def test_documents_go_out_as_they_were_sent_and_come_in_cleaned(folder, client):
    def leave():
        document = Document.objects.create(name="Report", title_en="Report on water")
        taken_in(telling_pdf(), "report.pdf", document=document, language="en")
        publish(make_article(format="document", document=document), "en")
        return export(folder)

    path = elsewhere(leave)
    said, problems = bring_in(path)
    assert problems == ""
    assert lines_of(export(folder, "again.jsonl")) == lines_of(path)
    edition = ArticleEdition.objects.get(language="en")
    with default_storage.open(edition.live.media["path"]) as file:
        assert SECRET.encode() not in file.read()
    assert Document.objects.get().file_in("en").pages == edition.live.media["pages"]


def taken_in(data, name, **facts):
    kinds = ("document", "video", "captions")
    uploads.take_in(uploads.receive(ContentFile(data, name=name), by=None, kinds=kinds, **facts))


def test_a_recording_goes_out_and_comes_in_with_its_captions(folder):
    def leave():
        video = Video.objects.create(name="Video", title_en="Water", poster=make_picture())
        taken_in(mp4(), "a.mp4", video=video)
        taken_in(b"WEBVTT\n\n00:00.100 --> 00:00.900\nWater.\n", "a.vtt", video=video, language="en")
        video.refresh_from_db()
        publish(make_article(format="video", video=video), "en")
        return export(folder)

    path = elsewhere(leave)
    said, problems = bring_in(path)
    assert problems == ""
    video = Video.objects.get()
    assert (video.medium, video.width, video.captions.get().language) == ("video", 160, "en")
    assert default_storage.exists(video.path)
    assert lines_of(export(folder, "again.jsonl"))[0]["medium"]["file"] == lines_of(path)[0]["medium"]["file"]


def test_a_medium_that_is_shown_twice_comes_in_once(folder):
    video = {"id": "elsewhere:1", "url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "title": {"en": "Water"}}
    bring_in(file_of(folder, *(record(str(number), format="video", medium=video) for number in range(2))))
    assert Video.objects.count() == 1
    assert ArticleVersion.objects.first().media["frame"].startswith("https://www.youtube-nocookie.com/")


def test_a_medium_on_a_host_that_is_not_allowed_is_refused(folder):
    video = {"id": "elsewhere:1", "url": "https://evil.example/v", "transcript": {"en": "<script>x</script>"}}
    said, problems = bring_in(file_of(folder, record(format="video", medium=video)))
    assert "line 2: medium: This address is no video on" in problems
    assert not Video.objects.exists()


# --- Found, and at what cost ------------------------------------------------------------


def test_readers_and_staff_find_what_came_in(folder):
    bring_in(file_of(folder, record(), record("b", english={"state": "draft", "publish_at": None, "title": "Lark"})))
    nightingale, lark = Article.objects.order_by("pk")
    assert (found("nightingale"), found("lark")) == ([nightingale], [])
    assert {*finding.numbers_of(Article, "sing")} == {lark.pk, nightingale.pk}


def queries_of(function):
    with CaptureQueriesContext(connection) as queries:
        function()
    return len(queries)


def test_thirty_articles_go_out_with_as_many_questions_as_three(folder):
    tags, bylines, picture = [make_tag(), make_tag()], [make_byline()], make_picture()
    for _number in range(30):
        publish(make_article(tags=tags, bylines=bylines, lead_picture=picture, category=make_category()), "en", "ar")
    numbers = [*Article.objects.order_by("pk").values_list("pk", flat=True)]
    assert queries_of(Exporter(numbers).records) == 0
    assert queries_of(lambda: Exporter(numbers)) == queries_of(lambda: Exporter(numbers[:3]))


def test_sixty_articles_come_in_with_as_many_questions_as_six(folder):
    def lines(count, name):
        tags = [{"name": {"en": "Birds"}}]
        return [record(f"{name}-{number}", tags=tags, bylines=[{"name": {"en": "Layla"}}]) for number in range(count)]

    bring_in(file_of(folder, *lines(1, "first")))
    few = queries_of(lambda: bring_in(file_of(folder, *lines(6, "few"))))
    many = queries_of(lambda: bring_in(file_of(folder, *lines(60, "many"))))
    # SQLite takes a thousand values at once.
    assert many <= few + (60 if connection.vendor == "sqlite" else 2)


@pytest.mark.django_db(transaction=True)
def test_batches_that_come_in_beside_one_another_are_all_there(folder, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)
    lines = [
        record(
            f"elsewhere:{number}", tags=[{"name": {"en": f"Tag {number % 4}"}}], related=[f"elsewhere:{60 - number}"]
        )
        for number in range(1, 60)
    ]
    said, problems = bring_in(file_of(folder, *lines, lines[-1] | {"reference": "A"}, lines[-1] | {"reference": "B"}))
    assert problems == ""
    assert (Article.objects.count(), Tag.objects.count()) == (59, 4)
    assert {article.related.count() for article in Article.objects.all()} == {1}
    assert found("nightingale")
