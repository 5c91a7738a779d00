from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import workflow
from accounts.admin.forms import InviteForm
from accounts.forms import add_errors
from accounts.invitations import open_invitations
from accounts.mails import isolated
from accounts.models import Invitation
from accounts.standing import may_invite
from accounts.words import where

State = Invitation.State


class StateFilter(admin.SimpleListFilter):
    """What became of invitations."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        waits = Q(accepted_at=None, revoked_at=None)
        conditions = {
            State.OPEN: waits & Q(expires_at__gt=timezone.now()),
            State.ACCEPTED: Q(accepted_at__isnull=False),
            State.EXPIRED: waits & Q(expires_at__lte=timezone.now()),
            State.REVOKED: Q(accepted_at=None, revoked_at__isnull=False),
        }
        return queryset.filter(conditions.get(self.value(), Q()))


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Who was asked to work here. An invitation is sent, sent again or taken back, never edited."""

    list_display = ("email", "display_name", "role", "where", "state", "invited_by", "expires_at")
    list_filter = (StateFilter, "role")
    list_per_page = 50
    search_fields = ("email", "display_name")
    actions = None

    # --- Who may what -------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        """Nobody edits one; sending again and taking back are asked for in `step_view`."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """Only what the filters ask for: by others, hashes could be guessed letter by letter."""
        return lookup in {"role__exact", StateFilter.parameter_name}

    # --- The list -----------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("invited_by", "account").prefetch_related("sections")

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Invitations")} | (extra_context or {}))

    @admin.display(description=gettext_lazy("where"))
    def where(self, invitation):
        return where(invitation.languages, list(invitation.sections.all()))

    @admin.display(description=gettext_lazy("state"))
    def state(self, invitation):
        return invitation.state.label

    # --- Inviting -----------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.step_view)
        return [path("<int:number>/<str:step>/do/", view, name="accounts_invitation_step"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST if request.method == "POST" else None, by=request.user)
        if request.method == "POST" and form.is_valid() and (invitation := self._invite(request, form)):
            return HttpResponseRedirect(self._address(invitation))
        days = settings.NEWSROOM_INVITATION_DAYS
        validity = ngettext("The link works for %(days)s day.", "The link works for %(days)s days.", days)
        context = {"form": form, "validity": validity % {"days": days}, "open": self._open_invitation(form)}
        return self._render(request, "invite", context, title=_("Invite somebody"))

    @staticmethod
    def _invite(request, form):
        """Returns the invitation; None when the workflow refused, and the form says why."""
        try:
            invitation = workflow.invite(**form.cleaned_data, by=request.user, request=request)
        except ValidationError as error:
            add_errors(form, error)
            return None
        said = _("The invitation for %(email)s is on its way.")
        messages.success(request, said % {"email": isolated(invitation.email)})
        return invitation

    @staticmethod
    def _open_invitation(form):
        """The open invitation that a refused form is about, to be led to."""
        if not form.has_error("email", "open_invitation"):
            return None
        return open_invitations().filter(email__iexact=form.data.get("email", "").strip()).first()

    # --- One invitation -----------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        invitation = self.get_object(request, object_id)
        if not self.has_view_permission(request, invitation):
            raise PermissionDenied
        if invitation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            "invitation": invitation,
            "where": self.where(invitation),
            "may_change": self._may_change(request, invitation) and invitation.state in {State.OPEN, State.EXPIRED},
        }
        return self._render(request, "invitation", context, title=str(invitation))

    def step_view(self, request, number, step):
        """Sends an invitation again, or takes it back: buttons of its page."""
        invitation = self.get_object(request, str(number))
        steps = {"resend": workflow.resend_invitation, "revoke": workflow.revoke_invitation}
        if invitation is None or step not in steps:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(number))
        if not self._may_change(request, invitation):
            raise PermissionDenied
        if request.method == "POST":
            try:
                steps[step](invitation, by=request.user, request=request)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, self._done(step) % {"email": isolated(invitation.email)})
        return HttpResponseRedirect(self._address(invitation))

    @staticmethod
    def _may_change(request, invitation):
        return request.user.has_perm("accounts.change_invitation") and may_invite(request.user, invitation.role)

    @staticmethod
    def _done(step):
        if step == "resend":
            return _("A new invitation for %(email)s is on its way. The earlier link does not work any more.")
        return _("The invitation for %(email)s is taken back. Its link does not work any more.")

    @staticmethod
    def _address(invitation):
        return reverse("admin:accounts_invitation_change", args=[invitation.pk])

    def _render(self, request, template, context, *, title):
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/accounts/invitation/{template}.html", frame | context)
