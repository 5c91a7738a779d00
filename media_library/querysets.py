from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from tree_queries.query import TreeQuerySet

from media_library import imaging
from publishing.models import TaggedItem


class CollectionQuerySet(TreeQuerySet):
    def in_order(self, user):
        """
        All as a list, those within another right below it, with `tree_depth` and `is_hidden`. One query.

        Hidden is what `user` may not look into: closed to them itself, or below such a one.
        """
        members = self.model.members.through.objects.filter(collection=OuterRef("pk"), user=user)
        rows = list(self.model.objects.with_tree_fields().annotate(is_theirs=Exists(members)))
        hidden = set()
        for row in rows:
            is_shut = row.is_closed and not row.is_theirs
            row.is_hidden = not user.is_superuser and (is_shut or row.parent_id in hidden)
            if row.is_hidden:
                hidden.add(row.pk)
        return rows

    def closed_to(self, user):
        """The numbers of the collections whose content `user` may not see."""
        return set() if user.is_superuser else {row.pk for row in self.in_order(user) if row.is_hidden}

    def visible_to(self, user):
        """Those that somebody may look into."""
        return self.exclude(pk__in=self.closed_to(user))


class LibraryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those that somebody of the staff may see: what lies in a collection closed to them is left out."""
        return self.outside(self.model._meta.get_field("collection").related_model.objects.closed_to(user))

    def outside(self, collections):
        """Those that are in none of these collections (numbers)."""
        return self.exclude(collection__in=collections) if collections else self


class PictureQuerySet(LibraryQuerySet):
    def lacking_renditions(self):
        """Those of which some public file is missing or older than what it should show."""
        is_old = ~Q(jpeg_revision=F("revision")) | ~Q(avif_revision=F("revision")) | ~Q(recipe=imaging.RECIPE)
        return self.filter(is_old, problem="")

    def lacking_alt_text(self, language):
        """Those that cannot be described in a language to people who do not see them."""
        return self.filter(**{f"alt_text_{language}__isnull": True, "is_decorative": False})

    def tagged(self, tag):
        """Those with a tag (its number)."""
        kind = ContentType.objects.get_for_model(self.model)
        return self.filter(pk__in=TaggedItem.objects.filter(content_type=kind, tag=tag).values("object_id"))

    def with_ended_rights(self, at=None):
        return self.filter(rights_until__lte=at or timezone.now())

    def with_rights_ending(self, *, days, at=None):
        """Those whose rights end within so many days, but have not ended yet."""
        at = at or timezone.now()
        return self.filter(rights_until__gt=at, rights_until__lte=at + timedelta(days=days))

    def under_embargo(self, at=None):
        return self.filter(rights_from__gt=at or timezone.now())
