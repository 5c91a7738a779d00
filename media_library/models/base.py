from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from media_library.querysets import CollectionQuerySet, LibraryQuerySet

NAME_IS_TAKEN = _("There is a collection of this name in the same place already. Choose another name.")


class Collection(TreeNode):
    """
    A folder of the library.

    A closed one, and all below it, is for its members alone (and for those
    who may do everything): nobody else finds, uses or changes what is in it.
    """

    name = models.CharField(_("name"), max_length=100)
    is_closed = models.BooleanField(
        _("closed"),
        default=False,
        help_text=_("Only the people named here see what is in it, and in the collections below it."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("people who may see it")
    )

    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        constraints = [
            # Two, because SQLite takes every NULL for another one.
            models.UniqueConstraint(
                fields=["parent", "name"], name="collection_unique", violation_error_message=NAME_IS_TAKEN
            ),
            models.UniqueConstraint(
                fields=["name"],
                name="collection_unique_at_top",
                condition=models.Q(parent=None),
                violation_error_message=NAME_IS_TAKEN,
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def indented_name(self):
        """Its name in a list of all, where it stands below the one that it lies in. Of `with_tree_fields` only."""
        return f"{'– ' * self.tree_depth}{self.name}"

    def contents(self):
        """What lies in it: a list of (name of a kind, how many), empty if it is empty."""
        kinds = [model for model in apps.get_models() if issubclass(model, LibraryItem)]
        found = [(model._meta.verbose_name_plural, model.objects.filter(collection=self).count()) for model in kinds]
        found.append((self._meta.verbose_name_plural, self.children.count()))
        return [(name, count) for name, count in found if count]


class LibraryItem(models.Model):
    """Something in the media library. Its `name` is for staff; readers see the text of what uses it."""

    name = models.CharField(
        _("name in the library"), max_length=160, help_text=_("For finding it again. Readers never see it.")
    )
    collection = models.ForeignKey(
        Collection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("collection")
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    objects = LibraryQuerySet.as_manager()

    # By the words of which fields staff find it, translated ones in every language (`desk.finding`).
    found_by = ("name",)

    class Meta:
        abstract = True
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.name
