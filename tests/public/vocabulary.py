"""
The part of schema.org's vocabulary that the site uses, and whether a node keeps to it.

Taken from the definitions of schema.org: which properties a type has, its own
and inherited ones, and what their values may be.
"""

import re
from datetime import datetime
from urllib.parse import urlsplit

# Type → the types that it is one of, too.
SUPERTYPES = {
    "NewsMediaOrganization": {"Organization"},
    "NewsArticle": {"CreativeWork"},
    "WebSite": {"CreativeWork"},
    "ImageGallery": {"CreativeWork"},
    "ImageObject": {"CreativeWork"},
    "VideoObject": {"CreativeWork"},
    "AudioObject": {"CreativeWork"},
    "CorrectionComment": {"CreativeWork"},
}
_THING = {
    "name": {"Text"},
    "description": {"Text"},
    "url": {"URL"},
    "image": {"URL", "ImageObject"},
    "sameAs": {"URL"},
    "mainEntityOfPage": {"URL"},
}
_WORK = _THING | {
    "author": {"Person", "Organization"},
    "correction": {"CorrectionComment", "Text", "URL"},
    "creditText": {"Text"},
    "dateModified": {"DateTime"},
    "datePublished": {"DateTime"},
    "headline": {"Text"},
    "inLanguage": {"Language"},
    "isAccessibleForFree": {"Boolean"},
    "keywords": {"Text"},
    "publisher": {"Person", "Organization"},
    "text": {"Text"},
}
_MEDIA = _WORK | {
    "contentUrl": {"URL"},
    "duration": {"Duration"},
    "embedUrl": {"URL"},
    "height": {"Integer"},
    "thumbnailUrl": {"URL"},
    "uploadDate": {"DateTime"},
    "width": {"Integer"},
    "caption": {"Text"},
}
_ORGANIZATION = _THING | {"logo": {"URL", "ImageObject"}, "parentOrganization": {"Organization"}}

# Type → property → what its values may be.
PROPERTIES = {
    "NewsMediaOrganization": _ORGANIZATION,
    "Organization": _ORGANIZATION,
    "WebSite": _WORK | {"potentialAction": {"SearchAction"}},
    # `query-input` is not of schema.org, but how search engines are told what to fill in.
    "SearchAction": _THING | {"target": {"EntryPoint"}, "query-input": {"Text"}},
    "EntryPoint": _THING | {"urlTemplate": {"Text"}},
    "NewsArticle": _WORK | {"articleSection": {"Text"}, "dateline": {"Text"}},
    "CorrectionComment": _WORK,
    "BreadcrumbList": _THING | {"itemListElement": {"ListItem"}},
    # Of an item, which may be any thing, the address is enough.
    "ListItem": _THING | {"position": {"Integer"}, "item": {"URL"}},
    "ImageGallery": _WORK,
    "ImageObject": _MEDIA,
    "VideoObject": _MEDIA,
    "AudioObject": _MEDIA,
    "Person": _THING | {"jobTitle": {"Text"}, "memberOf": {"Organization"}},
    "Event": _THING
    | {
        "endDate": {"DateTime"},
        "eventAttendanceMode": {"EventAttendanceModeEnumeration"},
        "eventStatus": {"EventStatusType"},
        "inLanguage": {"Language"},
        "location": {"Place", "VirtualLocation"},
        "organizer": {"Person", "Organization"},
        "performer": {"Person", "Organization"},
        "startDate": {"DateTime"},
    },
    "Place": _THING | {"address": {"Text"}},
    "VirtualLocation": _THING,
}

# Type → what search engines need to make something of it (Google's rules for structured data).
NEEDED = {
    "NewsMediaOrganization": {"name", "url", "logo"},
    "WebSite": {"name", "url"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
    "NewsArticle": {"headline", "datePublished", "dateModified", "author", "publisher", "inLanguage"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "ImageGallery": {"name", "image"},
    "ImageObject": {"contentUrl"},
    "VideoObject": {"name", "description", "uploadDate", "thumbnailUrl"},
    "AudioObject": {"name", "uploadDate", "contentUrl"},
    "Person": {"name"},
    "Event": {"name", "startDate", "endDate", "location", "eventStatus", "organizer"},
    "Place": {"name", "address"},
    "VirtualLocation": {"url"},
}

_MODES = {f"https://schema.org/{mode}EventAttendanceMode" for mode in ("Offline", "Online", "Mixed")}
_STATES = {f"https://schema.org/Event{state}" for state in ("Scheduled", "Cancelled", "Postponed", "Rescheduled")}
VALUES = {
    "Text": lambda value: isinstance(value, str) and value.strip() and "<" not in value,
    "URL": lambda value: isinstance(value, str) and urlsplit(value).scheme in {"http", "https"} and value.isascii(),
    "DateTime": lambda value: isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None,
    "Duration": lambda value: isinstance(value, str) and re.fullmatch(r"PT(?=\d)(\d+H)?(\d+M)?(\d+S)?", value),
    "Language": lambda value: isinstance(value, str) and re.fullmatch("[a-z]{2}", value),
    "Integer": lambda value: type(value) is int,
    "Boolean": lambda value: type(value) is bool,
    "EventAttendanceModeEnumeration": lambda value: value in _MODES,
    "EventStatusType": lambda value: value in _STATES,
}


def faults(graph):
    """Yields what is wrong with the nodes of a page, in words."""
    known = {node["@id"]: node["@type"] for node in graph if "@id" in node}
    for node in graph:
        yield from _faults_of(node, known)


def _faults_of(node, known):
    kind = node.get("@type")
    if kind not in PROPERTIES:
        yield f"{kind} is no type that is used here"
        return
    if missing := NEEDED.get(kind, set()) - node.keys():
        yield f"{kind} lacks {sorted(missing)}"
    for name, found in node.items():
        if name.startswith("@"):
            continue
        if name not in PROPERTIES[kind]:
            yield f"{kind} has no property {name}"
            continue
        for value in found if isinstance(found, list) else [found]:
            yield from _faults_in(value, PROPERTIES[kind][name], f"{kind}.{name}", known)


def _faults_in(value, allowed, where, known):
    if not isinstance(value, dict):
        if not any(VALUES[kind](value) for kind in allowed & VALUES.keys()):
            yield f"{where} is {value!r}, and should be {sorted(allowed)}"
    elif value.keys() == {"@id"}:
        if value["@id"] not in known:
            yield f"{where} refers to {value['@id']}, which is not on the page"
        elif not _is_one(known[value["@id"]], allowed):
            yield f"{where} refers to a {known[value['@id']]}"
    elif not _is_one(value.get("@type"), allowed):
        yield f"{where} is a {value.get('@type')}, and should be {sorted(allowed)}"
    else:
        yield from _faults_of(value, known)


def _is_one(kind, allowed):
    return bool(({kind} | SUPERTYPES.get(kind, set())) & allowed)
