"""The demo's articles, from one content file each."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import Article, Byline, Category
from pages.seed.publication import date_back, days_ago, enter_texts, is_there
from publishing import workflow
from publishing.languages import language_codes
from publishing.models import Tag
from publishing.slugs import slugify

STATES = ("published", "draft", "scheduled", "withdrawn")
SCHEDULED_FOR = "09:00"  # tomorrow


def add_tags(content):
    """Adds the topics that are missing, each known again by its key; returns how many."""
    tags = content.read("tags.toml")
    there = set(Tag.objects.values_list("slug", flat=True))
    missing = [key for key in tags if key not in there]
    for key in missing:
        Tag.objects.create(slug=key, **{f"name_{code}": tags[key][code] for code in language_codes()})
    return len(missing)


def add_bylines(content):
    """Adds the bylines that are missing, each known again by its English name; returns how many."""
    bylines = content.read("bylines.toml").values()
    there = set(Byline.objects.values_list("name_en", flat=True))
    missing = [entry for entry in bylines if entry["name"]["en"] not in there]
    for entry in missing:
        Byline.objects.create(**entry.in_all_languages("name", "role", "about"))
    return len(missing)


class StoryDesk:
    """
    Makes articles of stories (content files), in the states that they ask for.

    An article is known again by the address words that its title makes in the
    language that it was written in first; they are stored as its slug, so that
    it stays known when staff change the title.
    """

    def __init__(self, content, shelf):
        self._shelf = shelf
        self._sections = {section.slug_en: section for section in Category.objects.all()}
        self._tags = {tag.slug: tag for tag in Tag.objects.all()}
        names = {key: entry["name"]["en"] for key, entry in content.read("bylines.toml").items()}
        bylines = {byline.name_en: byline for byline in Byline.objects.all()}
        self._bylines = {key: bylines[name] for key, name in names.items()}

    def add_missing(self, stories):
        """Adds those of `stories` (name → table) that are not there; returns how many."""
        missing = {name: story for name, story in stories.items() if not self.is_there(story)}
        for name, story in missing.items():
            try:
                self._add(name, story)
            except ValidationError as error:
                raise story.error(" ".join(error.messages)) from error
        return len(missing)

    def is_there(self, story):
        return is_there(Article, words_of(story), story["source_language"])

    def find(self, story):
        """The article of a story, or None."""
        return Article.objects.filter(**{f"slug_{story['source_language']}": words_of(story)}).first()

    def _add(self, name, story):
        source = story["source_language"]
        languages = [source, *(code for code in language_codes() if code in story and code != source)]
        moment = min(days_ago(story["days_ago"], story["time"]), timezone.now())
        article = Article(
            category=self._known(self._sections, story["section"], "section", story),
            format=story["format"],
            source_language=source,
            created_at=moment,
            lead_picture=self._shelf.scene(story["picture"], story) if story["picture"] else None,
            **self._texts(story, languages),
            **self._shelf.medium_for(story, name, languages),
        )
        setattr(article, f"slug_{source}", words_of(story))
        article.save()
        article.tags.set([self._known(self._tags, key, "tag", story) for key in story["tags"]])
        if story["byline"]:
            article.bylines.add(self._known(self._bylines, story["byline"], "byline", story))
        enter_texts(article, languages, at=moment)
        for code in languages:
            self._bring_to_state(article, code, story[code], moment)

    @staticmethod
    def _texts(story, languages):
        texts = {f"{name}_{code}": story[code][name] for name in ("title", "standfirst", "body") for code in languages}
        return texts | story.in_its_languages("source")

    @staticmethod
    def _known(found, key, what, story):
        if key not in found:
            raise story.error(f"there is no {what} “{key}”.")
        return found[key]

    @staticmethod
    def _bring_to_state(article, language, text, moment):
        state = text.get("state", "published")
        if state not in STATES:
            raise text.error(f"“state” is one of {', '.join(STATES)}, not “{state}”.")
        if state == "scheduled":
            workflow.schedule(article, language=language, by=None, at=days_ago(-1, SCHEDULED_FOR))
        if state in {"published", "withdrawn"}:
            edition = workflow.publish(article, language=language, by=None)
            if state == "withdrawn":
                edition = workflow.withdraw(article, language=language, by=None, note=text["withdrawn_because"])
            date_back(edition, moment)


def words_of(story):
    """The address words that a story's title makes in its source language."""
    source = story["source_language"]
    return slugify(story[source]["title"], source)
