"""What the pages of bodies and people tell machines; the vocabulary is in `publishing.structured_data`."""

from coalition.templatetags.coalition_tags import structure_steps
from media_library.templatetags.media_library_tags import largest
from publishing import structured_data


def nodes_of_body(edition, directory):
    """The nodes of a body's page; of a retracted one only where it stands."""
    parents = directory.parents_of(edition)
    steps = structured_data.breadcrumb(structure_steps(parents))
    if edition.version.is_retraction:
        return (steps,)
    parent = _organization(parents[-1]) if parents else structured_data.PUBLISHER
    about = structured_data.organization(
        edition.version.title,
        url=edition.get_absolute_url(),
        description=edition.version.standfirst,
        parent=parent,
    )
    return (about, steps)


def nodes_of_person(edition, seats):
    """The nodes of a person's page; `seats` are (mandate, body's edition). Of a retracted one only where it stands."""
    steps = structured_data.breadcrumb(structure_steps())
    if edition.version.is_retraction:
        return (steps,)
    held = [(mandate, body) for mandate, body in seats if mandate.is_current]
    portrait = largest(edition.picture)
    about = structured_data.person(
        edition.version.title,
        url=edition.get_absolute_url(),
        job_title=next((mandate.role for mandate, _body in held if mandate.role), ""),
        description=edition.version.standfirst,
        image=portrait.url if portrait else "",
        member_of=[_organization(body) for _mandate, body in held],
    )
    return (about, steps)


def _organization(edition):
    return structured_data.organization(edition.version.title, url=edition.get_absolute_url())
