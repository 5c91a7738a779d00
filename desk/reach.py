"""What lists of the desk share: where somebody may do something, for many rows at once, and rows without bodies."""

import operator
from dataclasses import dataclass
from functools import reduce

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import RoleAssignment
from accounts.roles import PERMISSIONS, assignments_of, permission_for
from publishing.languages import language_codes
from publishing.querysets import UNFINISHED

# What lists of the desk need of an edition and its item: never a body.
EDITION_COLUMNS = (
    "language", "state", "review", "revision", "released_revision", "source_revision", "live", "upcoming",
    "assignee", "due_at", "publish_at", "upcoming_at", "withdraw_at", "retracted_at", "being_updated_since",
    "saved_at",
)  # fmt: skip


# --- Where somebody may do something ---------------------------------------------


@dataclass(frozen=True)
class Reach:
    """
    Where somebody may do one thing to one type: pairs of a language and numbers of sections, None for all.

    The same answer as `user.has_perm`, but for many rows at once and in the database.
    """

    limits: tuple
    has_sections: bool

    def __bool__(self):
        return bool(self.limits)

    def editions(self, *, in_any_language=False):
        """The condition for editions within it."""
        parts = []
        for language, sections in self.limits:
            part = {} if language is None or in_any_language else {"language": language}
            part |= {} if sections is None else {"item__category__in": sections}
            if not part:
                return Q()
            parts.append(Q(**part))
        return reduce(operator.or_, parts, Q(pk__in=[]))

    def items(self):
        """The condition for items that are within it in some language."""
        if any(sections is None for _language, sections in self.limits):
            return Q()
        return Q(category__in={number for _language, sections in self.limits for number in sections})

    def covers(self, item, language):
        """Whether one language of an item is within it; asks the database nothing."""
        section = item.category_id if self.has_sections else None
        return any(
            limit in (None, language) and (sections is None or section in sections) for limit, sections in self.limits
        )


def reach_of(user, model, action):
    """The `Reach` of somebody's right to `action` ("view", "approve", …) things of this model."""
    permission = permission_for(model, action)
    has_sections = any(field.name == "category" for field in model._meta.fields)
    # Permissions that were given by themselves or through a group have no limits.
    if user.is_active and (user.is_superuser or permission in user.get_all_permissions()):
        return Reach(((None, None),), has_sections)
    counting = [
        assignment
        for assignment in assignments_of(user)
        if permission in PERMISSIONS[assignment.role] and (assignment.category_id is None or has_sections)
    ]
    sections = _sections_below(user) if any(assignment.category_id for assignment in counting) else {}
    limits = {(assignment.language, sections.get(assignment.category_id)) for assignment in counting}
    return Reach(tuple(limits) if user.is_active else (), has_sections)


def _sections_below(user):
    """Section → its number and those of all below it, for the sections that a person's roles name."""
    if not hasattr(user, "_sections_below"):
        named = {assignment.category_id for assignment in assignments_of(user)} - {None}
        model = RoleAssignment._meta.get_field("category").related_model
        parents = dict(model.objects.order_by().values_list("pk", "parent_id"))
        user._sections_below = {
            top: frozenset(number for number in parents if top in _line_of(number, parents)) for top in named
        }
    return user._sections_below


def _line_of(number, parents):
    """A section's number and those of the sections above it."""
    line = []
    while number is not None:
        line.append(number)
        number = parents[number]
    return line


# --- Reading editions for lists ----------------------------------------------------


def title_columns():
    return tuple(f"title_{code}" for code in language_codes())


def editions_of(public_type):
    """All editions of a type that are not in the trash."""
    return public_type.edition_model.objects.filter(item__trashed_at=None)


def light(editions):
    """Editions with their items, as far as lists show them."""
    names = ("source_language", "embargo_until", *title_columns())
    columns = EDITION_COLUMNS + tuple(f"item__{name}" for name in names)
    return editions.select_related(None).select_related("item").only(*columns)


def source_of(public_type):
    """Within a query of editions: the edition that a translation was made from."""
    return public_type.edition_model.objects.filter(
        ~Q(language=OuterRef("language")), item=OuterRef("item"), language=OuterRef("item__source_language")
    )


def stale(public_type):
    """The condition for translations of an older text than the source has now."""
    is_newer = Q(live__isnull=False, released_revision__gt=OuterRef("source_revision")) | Q(
        live=None, revision__gt=OuterRef("source_revision")
    )
    return Q(Exists(source_of(public_type).filter(is_newer)))


def open_task(is_stale):
    """The condition for editions in which something is left to do for whoever has them; `is_stale`: that of `stale`."""
    return Q(retracted_at=None) & (UNFINISHED | is_stale)


def clock(moment):
    """A moment in the newsroom's time zone, as the interface language writes it."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
