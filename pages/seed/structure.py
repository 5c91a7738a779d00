"""The structure of the site: names, sections, pages, bodies and menus, from `structure.toml`."""

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.models import Category
from coalition.models import Body
from pages.models import ContactTopic, MenuItem, Page, SiteSettings
from pages.seed.publication import is_there, publish_everywhere
from publishing.languages import language_codes

HOME_SECTIONS = {"press-releases", "news", "media"}
TARGETS = {"section": ("category", Category), "page": ("page", Page), "body": ("body", Body)}


@transaction.atomic
def seed_structure(content, report=print):
    """
    Adds what is missing of the site's structure, and changes nothing that is there.

    A section is known again by its English address words, a page or body by
    words that it has or had (`is_there`). The menus and the topics of messages are
    filled only while there is none at all, the settings only while the site has no name.
    """
    structure = content.read("structure.toml")
    settings = _fill_settings(structure["site"])
    sections = sum(_add_section(entry, report) for entry in structure["sections"])
    pages = _add_publishables(Page, structure["pages"], _page_facts, report)
    bodies = _add_publishables(Body, structure["bodies"], _body_facts, report)
    entries = _add_menus(structure["menu"], report)
    topics = _add_topics(structure.get("topics", ()))
    report(
        f"Structure: settings {settings}; {sections} sections, {pages} pages, {bodies} bodies,"
        f" {entries} menu entries and {topics} topics of messages new"
    )


def _fill_settings(site):
    row = SiteSettings.load()
    if any(getattr(row, f"name_{code}") for code in language_codes()):
        return "kept"
    words = site.in_all_languages("name", "department", "description", "about", "copyright")
    for name, value in (words | {"press_email": site["press_email"]}).items():
        setattr(row, name, value)
    row.full_clean(exclude=["name"])
    row.save()
    return "new"


def _add_section(entry, report):
    key, parent = entry["key"], _by_key(Category, entry["parent"])
    if _by_key(Category, key):
        return False
    section = Category(
        slug_en=key,
        parent=parent,
        layout=entry["kind"],
        is_on_home=key in HOME_SECTIONS,
        **entry.in_all_languages("name", "description"),
    )
    if entry["parent"] and parent is None:
        return _left_out(report, key, f"there is no section “{entry['parent']}” any more")
    try:
        section.full_clean()
    except ValidationError as error:
        return _left_out(report, key, " ".join(error.messages))
    section.save()
    return True


def _add_publishables(model, entries, facts_of, report):
    added = 0
    for position, entry in enumerate(entries, start=1):
        key, parent_key = entry["key"], entry["parent"]
        if is_there(model, key):
            continue
        parent = _by_key(model, parent_key)
        if parent_key and parent is None:
            _left_out(report, key, f"what it belongs to, “{parent_key}”, is not there any more")
            continue
        item = model(slug_en=key, parent=parent, position=position * 10, **facts_of(entry))
        problem = publish_everywhere(item)
        added += problem is None or _left_out(report, key, problem)
    return added


def _page_facts(entry):
    return entry.in_all_languages("title", "standfirst", "body")


def _body_facts(entry):
    return _page_facts(entry) | {"kind": entry["kind"], "sessions_held": entry.get("sessions_held")}


def _left_out(report, key, reason):
    report(f"  left out “{key}”: {reason}")
    return False


def _by_key(model, key):
    return model.objects.filter(slug_en=key).order_by("pk").first() if key else None


def _add_topics(entries):
    """Adds what readers may write about, unless there is something already."""
    if ContactTopic.objects.exists():
        return 0
    for position, entry in enumerate(entries, start=1):
        ContactTopic.objects.create(position=position * 10, **entry.in_all_languages("name"))
    return len(entries)


def _add_menus(entries, report):
    if MenuItem.objects.exists():
        return 0
    added = 0
    for entry in entries:
        item = _add_menu_item(entry, entry["menu"], None, report)
        added += item is not None
        for below in entry.get("items", ()) if item else ():
            added += _add_menu_item(below, entry["menu"], item, report) is not None
    return added


def _add_menu_item(entry, menu, parent, report):
    target = _target_facts(entry)
    if target is None:
        return _left_out(report, entry["target"], "it is not there any more") or None
    item = MenuItem(menu=menu, parent=parent, **target, **entry.in_its_languages("label"))
    item.full_clean()
    item.save()
    return item


def _target_facts(entry):
    """The fields of a menu entry that say where it leads: none for a heading. None if what it leads to is gone."""
    target = entry.get("target", "")
    kind, _colon, key = target.partition(":")
    if not key:
        return {"place": target} if target else {}
    if kind not in TARGETS:
        raise entry.error(f"a menu entry leads to {', '.join(TARGETS)} or a place, not to “{kind}”.")
    field, model = TARGETS[kind]
    found = _by_key(model, key)
    return {field: found} if found else None
