"""All demo content, in the order in which its parts need one another."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from articles.models import Article
from pages.models import BreakingLine, HomeSlot
from pages.seed.briefs import brief_stories
from pages.seed.library import Shelf
from pages.seed.people import add_people, add_representatives
from pages.seed.stories import StoryDesk, add_bylines, add_tags
from pages.seed.structure import seed_structure

BREAKING_FOR = timedelta(days=2)


def has_articles():
    """Whether the database holds any article: then it is nobody's empty installation any more."""
    return Article.objects.exists()


@transaction.atomic
def seed_demo(content, report=print):
    """
    Adds what is missing of the demo: topics, bylines, pictures, people, articles, briefs and the home page.

    One transaction: an interrupted run leaves nothing, so a database has either
    no demo content or all of it. Renditions are asked for on commit; `db_worker`
    makes them.
    """
    seed_structure(content, report)
    report(f"Tags: {add_tags(content)} new")
    report(f"Bylines: {add_bylines(content)} new")
    shelf = Shelf(content)
    report(f"Pictures: {shelf.fill()} new")
    report(f"People: {add_people(content, shelf)} new")
    report(f"Representatives: {add_representatives(content)} new")
    desk, stories = StoryDesk(content, shelf), content.read_articles()
    report(f"Articles: {desk.add_missing(stories)} new")
    report(f"Briefs: {desk.add_missing(brief_stories(content))} new")
    home = content.read("home.toml")
    report(f"Lead stories: {_fill_home(home, desk, stories)} new")
    report(f"Breaking lines: {_add_breaking(home, desk, stories)} new")


def _fill_home(home, desk, stories):
    """Fills places on the home page, unless an editor filled any."""
    if HomeSlot.objects.exists():
        return 0
    for entry in home["slots"]:
        HomeSlot.objects.create(
            language=entry["language"], position=entry["position"], article=_article(entry, desk, stories)
        )
    return len(home["slots"])


def _add_breaking(home, desk, stories):
    """Adds the breaking line, unless there is or was one."""
    if BreakingLine.objects.exists():
        return 0
    entry = home["breaking"]
    BreakingLine.objects.create(
        article=_article(entry, desk, stories),
        ends_at=timezone.now() + BREAKING_FOR,
        **entry.in_its_languages("text"),
    )
    return 1


def _article(entry, desk, stories):
    story = stories.get(entry["article"])
    article = desk.find(story) if story else None
    if article is None:
        raise entry.error(f"there is no article “{entry['article']}”.")
    return article
