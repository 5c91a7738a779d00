import re
from functools import lru_cache
from urllib.parse import quote

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from publishing.clock import midnight_after, now
from publishing.head import elements_of
from publishing.keys import good_until
from publishing.languages import current_language

register = template.Library()

# Digits are none either: those of other scripts are encoded, as all that is no letter.
_NO_LETTERS = re.compile(r"[\W\d_]+")


@register.simple_tag(takes_context=True)
def page_metadata(context, page, site_name):
    """Description, canonical and alternate addresses, Open Graph, structured data. `page` is a `PageMetadata`."""
    return elements_of(page, base=context["request"].build_absolute_uri("/")[:-1], site_name=site_name)


@register.simple_tag
def language_switch(page):
    """The entries of the switch between languages: where the page is in each, or what is nearest to it there."""
    return format_html_join("", "<li>{}</li>", ((_in_language(link),) for link in page.language_links))


def _in_language(link):
    code, missing, state = link["code"], "", ""
    if link["is_current"]:
        state = mark_safe(' aria-current="true"')
    elif link["is_missing"]:
        with override(code):
            words = _("(not available in this language: leads to the section)")
        state, missing = mark_safe(' class="no"'), format_html('<span class="vh"> {}</span>', words)
    address = format_html('href="{}" lang="{}" hreflang="{}" dir="{}"', link["url"], code, code, link["direction"])
    return format_html("<a {}{}>{}{}</a>", address, state, link["name"], missing)


@register.simple_tag(takes_context=True)
def absolute(context, url):
    """An address of this site with scheme and host."""
    return context["request"].build_absolute_uri(url)


@register.filter
def in_query(value):
    """
    A text as a value in the query of a link.

    Letters of other scripts stay as they are: browsers encode them (URL
    Standard, 5.2), and encoded here Arabic would be three times as long.
    """
    return _NO_LETTERS.sub(_quoted, str(value))


def _quoted(found):
    return quote(found[0], safe="", errors="replace")


@register.simple_tag
def moment(value):
    """`<time>` with date and time, in the newsroom's time zone and the page's language."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', _machine(local), date_format(local, "DATETIME_FORMAT"))


@register.simple_tag
def day(value):
    """`<time>` with the date alone. Takes a moment or a calendar day."""
    return _day(value, current_language(), timezone.get_current_timezone_name())


# Lists have dozens, and the same articles stand in many.
@lru_cache(maxsize=5000)
def _day(value, language, zone):
    machine = value.isoformat()
    if hasattr(value, "hour"):
        local = timezone.localtime(value)
        machine, value = _machine(local), local.date()
    return format_html('<time datetime="{}">{}</time>', machine, date_format(value, "DATE_FORMAT"))


@register.simple_tag
def hour(value):
    """`<time>` with the time of day alone, for the end of what began on the same day."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', _machine(local), date_format(local, "TIME_FORMAT"))


@register.simple_tag
def clock(value):
    """`<time>` for lists of the latest: the time today, the day and the time before that."""
    local = timezone.localtime(value)
    is_today = local.date() == timezone.localdate(now())
    if is_today:
        good_until(midnight_after(local))
    words = date_format(local, "TIME_FORMAT" if is_today else "DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', _machine(local), words)


@register.simple_tag
def zone(value):
    """The time zone of a moment, as the distance from UTC: for what is quoted abroad."""
    offset = timezone.localtime(value).strftime("%z")
    return format_html("<bdi>UTC{}:{}</bdi>", offset[:3], offset[3:5])


@register.simple_tag
def today():
    """`<time>` with weekday and date of today."""
    moment = timezone.localtime(now())
    good_until(midnight_after(moment))
    words = _("%(weekday)s, %(date)s") % {
        "weekday": date_format(moment, "l"),
        "date": date_format(moment, "DATE_FORMAT"),
    }
    return format_html('<time datetime="{}">{}</time>', moment.date().isoformat(), words)


def _machine(local):
    return local.isoformat(timespec="minutes")


@register.simple_tag
def page_address(number, query=""):
    """The address of one page of the list that this page is part of."""
    parts = [part for part in (query, f"page={number}" if number > 1 else "") if part]
    return "?" + "&".join(parts)


@register.filter
def nearby(rows, query):
    """[(number, address)] of the pages around this one; a number of None stands for a gap."""
    last, here = rows.paginator.num_pages, rows.number
    shown = sorted({1, last, *range(max(1, here - 1), min(last, here + 1) + 1)})
    result, former = [], 0
    for number in shown:
        if number - former > 1:
            result.append((None, ""))
        result.append((number, page_address(number, query)))
        former = number
    return result
