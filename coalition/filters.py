"""What a reader may ask of the list of an assembly's members, made from the query string."""

from coalition.directory import by_name, fold
from coalition.models import Body

GROUPINGS = {"component": Body.Kind.COMPONENT, "committee": Body.Kind.COMMITTEE}


class MemberFilter:
    """Name, component and committee, and by which of the two the members are grouped."""

    def __init__(self, query, members, directory):
        self.name = query.get("q", "").strip()[:80]
        self.components = directory.of_kind(Body.Kind.COMPONENT)
        self.committees = directory.of_kind(Body.Kind.COMMITTEE)
        self.component = _number_among(query.get("component"), self.components)
        self.committee = _number_among(query.get("committee"), self.committees)
        self.by = query.get("by") if query.get("by") in GROUPINGS else "component"
        self.members = [member for member in members if self._wants(member)]

    @property
    def is_active(self):
        return bool(self.name or self.component or self.committee)

    @property
    def groups(self):
        """[(body or None for those in none, members by name)], without empty groups."""
        bodies = self.components if self.by == "component" else self.committees
        groups = [(body, [one for one in self.members if body.item_id in one.other_ids]) for body in bodies]
        grouped = {one.person.item_id for _body, members in groups for one in members}
        groups.append((None, [one for one in self.members if one.person.item_id not in grouped]))
        return [(body, by_name(members)) for body, members in groups if members]

    def _wants(self, member):
        asked = {number for number in (self.component, self.committee) if number}
        return fold(self.name) in fold(member.name) and asked <= set(member.other_ids)


def _number_among(text, bodies):
    """The number of one of `bodies`, or None for anything else."""
    return next((body.item_id for body in bodies if str(body.item_id) == text), None)
