"""The demo's people: who they are, where they sit, and who represents the coalition in which country."""

from coalition.models import Body, Mandate, Person, Representative
from pages.seed.publication import is_there, publish_everywhere
from publishing.languages import language_codes


def add_people(content, shelf):
    """
    Adds the people that are missing, with portrait and mandates, published in all languages.

    Mandates come with their person: those of somebody who was there before stay
    as staff left them. Returns how many people are new.
    """
    cast = content.read("people.toml")
    bodies = {body.slug_en: body for body in Body.objects.all()}
    offices = {}
    for office in cast.get("offices", ()):
        offices.setdefault(office["person"], []).append(office)
    missing = [entry for entry in cast["people"] if not is_there(Person, entry["key"])]
    for entry in missing:
        person = _add_person(entry, shelf)
        _add_mandates(person, entry, offices.get(entry["key"], ()), bodies)
    return len(missing)


def _add_person(entry, shelf):
    texts = {"title": entry["name"], "standfirst": entry["standfirst"], "body": entry["biography"]}
    words = {f"{field}_{code}": text[code] for field, text in texts.items() for code in language_codes()}
    portrait = shelf.portrait(entry["key"], entry["gender"], words["title_en"])
    person = Person(slug_en=entry["key"], lead_picture=portrait, **words)
    if problem := publish_everywhere(person):
        raise entry.error(problem)
    return person


def _add_mandates(person, entry, offices, bodies):
    seats = {key: {} for key in _plain_seats(entry, bodies)}
    for office in offices:
        seats[office["body"]] = office.in_all_languages("role") | {"position": office["order"]}
    for key, facts in seats.items():
        if key not in bodies:
            raise entry.error(f"there is no body “{key}”.")
        Mandate.objects.create(person=person, body=bodies[key], **facts)


def _plain_seats(entry, bodies):
    """Everybody sits in the assembly, in a component and in some committees."""
    assemblies = [key for key, body in bodies.items() if body.kind == Body.Kind.ASSEMBLY]
    return [*assemblies, entry["component"], *entry["committees"]]


def add_representatives(content):
    """Adds the representatives of countries that have none; returns how many."""
    added = 0
    for entry in content.read("representatives.toml")["representatives"]:
        if Representative.objects.filter(country_en=entry["country"]["en"]).exists():
            continue
        person = Person.objects.filter(slug_en=entry["person"]).first()
        if person is None:
            raise entry.error(f"there is no person “{entry['person']}”.")
        facts = entry.in_all_languages("country", "role", "office")
        Representative.objects.create(person=person, email=entry["email"], **facts)
        added += 1
    return added
