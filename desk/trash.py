"""The trash, as lists and forms show it. What may be moved there is `publishing.workflow.trash`'s to say."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import workflow


class TrashFilter(admin.SimpleListFilter):
    """What is in the trash is seen only by those who ask for it."""

    title = gettext_lazy("trash")
    parameter_name = "trash"

    def lookups(self, request, model_admin):
        return [("in", _("In the trash"))]

    def queryset(self, request, queryset):
        return queryset.filter(trashed_at__isnull=self.value() != "in")


class TrashMixin:
    """Deleting is moving to the trash: asked for once more, refused for what readers see, undone from there."""

    def has_delete_permission(self, request, obj=None):
        """Nothing is deleted for good by hand; `workflow.empty_trash` does it after 30 days."""
        return False

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_trash"
        return [
            path("<int:object_id>/trash/", self.admin_site.admin_view(self.trash_view), name=name),
            *super().get_urls(),
        ]

    def trash_url(self, request, item):
        """Where this person can move the item to the trash, or "" if they may not."""
        if item is None or not workflow.may(request.user, item, None, "delete"):
            return ""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_trash", args=[item.pk])

    def trash_view(self, request, object_id):
        """Asks once more, then moves the item to the trash or takes it out again."""
        item = self.get_queryset(request).filter(pk=object_id).first()
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not workflow.may(request.user, item, None, "delete"):
            raise PermissionDenied
        refusal = ""
        if request.method == "POST":
            try:
                return self._move(request, item)
            except ValidationError as error:
                refusal = " ".join(error.messages)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "item": item,
            "refusal": refusal,
            "title": _("Take it out of the trash?") if item.trashed_at else _("Move to the trash?"),
        }
        return TemplateResponse(request, "desk/trash.html", context)

    def _move(self, request, item):
        listing = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        facts = {"title": item.working_title}
        if item.trashed_at:
            workflow.take_from_trash(item, by=request.user)
            messages.success(request, _("“%(title)s” is out of the trash, as it was.") % facts)
            return HttpResponseRedirect(reverse(self._change_name(), args=[item.pk]))
        workflow.trash(item, by=request.user)
        messages.success(request, _("“%(title)s” is in the trash. It stays there for 30 days.") % facts)
        return HttpResponseRedirect(listing)

    def _change_name(self):
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
