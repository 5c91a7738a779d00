"""The numbered briefs: short pieces in all languages that fill the demo's lists, so that these have pages."""

from pages.seed.content import Table
from publishing.languages import language_codes

COUNT = 90
DAYS_APART = 2


def brief_stories(content):
    """
    Name → story (as an article's file has it) for each brief, oldest first.

    They go round the news sections; each round begins one section later, so
    that no section gets the same subjects again and again.
    """
    texts = content.read("briefs.toml")
    news = [entry["key"] for entry in content.read("structure.toml")["sections"] if entry["parent"] == "news"]
    count = texts.get("count", COUNT)
    return {f"brief-{number}": _story(texts, news, number, count - number) for number in range(1, count + 1)}


def _story(texts, news, number, later):
    subjects = len(texts["en"]["subjects"])
    round_number, subject = divmod(number - 1, subjects)
    pictures, tags = texts.get("pictures", [""]), texts.get("tags", [[]])
    facts = {
        "section": news[(subject + round_number) % len(news)],
        "format": "text",
        "source_language": "ar",
        "picture": pictures[subject % len(pictures)],
        "tags": tags[subject % len(tags)],
        "byline": "",
        "days_ago": later * DAYS_APART + 1,
        "time": f"{8 + number * 5 % 11:02}:{number * 7 % 60:02}",
    }
    facts |= {code: _text(texts[code], number, subject) for code in language_codes()}
    return Table(facts, f"briefs.toml, no. {number}")


def _text(texts, number, subject):
    first, _stop, rest = texts["bodies"][subject].partition(". ")
    return {
        "title": texts["title"] % {"number": number, "subject": texts["subjects"][subject]},
        "standfirst": f"{first}.",
        "body": f"<p>{rest}</p>",
    }
