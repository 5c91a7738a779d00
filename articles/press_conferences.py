"""Press conferences for readers' calendars."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from articles.models import Article, ArticleEdition
from coalition.press_conferences import Shown
from publishing.icalendar import calendar_file, escape_text, utc


@require_safe
def calendar_entry(request, pk):
    """A public press conference as a calendar file, in the page's language."""
    edition = ArticleEdition.objects.published().filter(item=pk).first()
    version = edition and edition.version
    if version is None or version.format != Article.Format.PRESS_CONFERENCE:
        raise Http404("no press conference that is public in this language")
    content = calendar_file([_event(request, edition, version)], product="Site")
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="press-conference-{pk}.ics"'
    return response


def _event(request, edition, version):
    """The content lines of the event (RFC 5545, section 3.6.1): in all languages it is the same one."""
    conference = Shown(version.media)
    address = request.build_absolute_uri(edition.get_absolute_url())
    about = [version.standfirst, conference.stream_url, address]
    lines = [
        f"UID:press-conference-{edition.item_id}@{request.get_host()}",
        # When what it says was last changed: programs that have it know by this whether to take it over.
        f"DTSTAMP:{utc(version.created_at)}",
        f"SEQUENCE:{version.number}",
        f"DTSTART:{utc(conference.starts_at)}",
        f"DTEND:{utc(conference.ends_at)}",
        f"SUMMARY:{escape_text(version.title)}",
        f"DESCRIPTION:{escape_text(chr(10).join(line for line in about if line))}",
        f"URL:{address}",
        f"STATUS:{'CANCELLED' if conference.is_cancelled else 'CONFIRMED'}",
    ]
    if conference.media["place"]:
        lines.append(f"LOCATION:{escape_text(conference.media['place'])}")
    return lines
