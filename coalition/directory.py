"""Everything that is published about who sits where, in the page's language."""

import re
import unicodedata
from dataclasses import dataclass, field

from coalition.models import STRUCTURE, Body, BodyEdition, Mandate, Person, PersonEdition
from publishing.clock import midnight_after, now
from publishing.keys import good_until, key_for, note
from publishing.languages import current_language, sort_key

LEADERSHIP_BELOW = 1000

_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0640]")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ı": "i"})


def fold(text):
    """`text` as it is compared when a reader looks for a name: without marks, Arabic letter forms and Turkish ı."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower().translate(_LETTERS)))


class Directory:
    """All published bodies, in order, from one query."""

    def __init__(self):
        note(STRUCTURE)
        # Mandates begin and end with a day.
        good_until(midnight_after(now()))
        self.bodies = list(BodyEdition.objects.published().in_place().defer("live__body"))
        self.by_id = {edition.item_id: edition for edition in self.bodies}

    def item_at(self, slug):
        """The number of the body with these words in its address, or None."""
        return next((edition.item_id for edition in self.bodies if edition.version.slug == slug), None)

    @property
    def tops(self):
        """Those that have a tab on every structure page."""
        return self.children(None)

    def children(self, item_id):
        return [edition for edition in self.bodies if edition.parent_id == item_id]

    def of_kind(self, kind):
        return [edition for edition in self.bodies if edition.kind == kind]

    def top_of(self, edition):
        """The tab that stands for a body: itself or what it belongs to, as far as that is published."""
        while edition.parent_id in self.by_id:
            edition = self.by_id[edition.parent_id]
        return edition

    def parents_of(self, edition):
        parents = []
        while edition.parent_id in self.by_id:
            edition = self.by_id[edition.parent_id]
            parents.insert(0, edition)
        return parents


@dataclass
class Member:
    """A person's seat in a body. `others`: the component and committees that they belong to besides."""

    person: PersonEdition
    mandate: Mandate
    others: list = field(default_factory=list)

    @property
    def name(self):
        return self.person.version.title

    @property
    def role(self):
        return self.mandate.role

    @property
    def is_leading(self):
        return self.mandate.position < LEADERSHIP_BELOW

    @property
    def other_ids(self):
        return [body.item_id for body in self.others]

    def others_of(self, kind):
        return [body for body in self.others if body.kind == kind]

    @property
    def components(self):
        return self.others_of(Body.Kind.COMPONENT)

    @property
    def committees(self):
        return self.others_of(Body.Kind.COMMITTEE)


def members_of(edition, directory):
    """
    Who sits in a body now and is published in the page's language, leadership first.

    For an assembly each member knows their component and committees.
    """
    is_assembly = edition.kind == Body.Kind.ASSEMBLY
    related = [*directory.of_kind(Body.Kind.COMPONENT), *directory.of_kind(Body.Kind.COMMITTEE)] if is_assembly else []
    mandates = Mandate.objects.current().in_order().filter(body__in=[edition.item_id, *(b.item_id for b in related)])
    seats = list(mandates)
    people = published_people(seat.person_id for seat in seats if seat.body_id == edition.item_id)
    members = {
        seat.person_id: Member(people[seat.person_id], seat)
        for seat in reversed(seats)
        if seat.body_id == edition.item_id and seat.person_id in people
    }
    for seat in seats:
        if seat.body_id != edition.item_id and seat.person_id in members:
            members[seat.person_id].others.append(directory.by_id[seat.body_id])
    return sorted(members.values(), key=lambda member: (member.mandate.position, member.mandate.pk))


def published_people(ids):
    """Number → edition of the people among `ids` that are published in the page's language."""
    ids = set(ids)
    note(*(key_for(Person, number) for number in ids))
    editions = PersonEdition.objects.published().filter(item__in=ids).defer("live__body")
    return {edition.item_id: edition for edition in editions}


def by_name(members):
    language = current_language()
    return sorted(members, key=lambda member: sort_key(member.name, language))
