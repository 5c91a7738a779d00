from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor, workflow
from accounts.admin.forms import FactsForm, PowersForm, RoleFormSet
from accounts.admin.steps import STEPS
from accounts.mails import isolated
from accounts.models import RoleAssignment, StaffSession, User
from accounts.rights import scopes_of, table_of_roles
from accounts.sessions import sessions_of
from accounts.standing import is_above, may_manage
from accounts.words import roles_of_person

Role = RoleAssignment.Role


class RoleFilter(admin.SimpleListFilter):
    """People with a role, anywhere at all."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return Role.choices

    def queryset(self, request, queryset):
        if self.value() not in Role.values:
            return queryset
        has_role = Q(role_assignments__role=self.value()) | Q(groups__name=self.value())
        return queryset.filter(pk__in=User.objects.filter(has_role).values("pk"))


class FactorFilter(admin.SimpleListFilter):
    """People with or without a second factor."""

    title = gettext_lazy("second factor")
    parameter_name = "factor"

    def lookups(self, request, model_admin):
        return [("yes", _("has one")), ("no", _("has none"))]

    def queryset(self, request, queryset):
        return queryset.filter(has_factor=self.value() == "yes") if self.value() in {"yes", "no"} else queryset


@admin.register(User)
class PeopleAdmin(admin.ModelAdmin):
    """
    Staff accounts. They come by invitation, and go by deactivation: nobody is deleted, nobody's password is set.

    Every change goes through `accounts.workflow`; nothing here saves a row.
    """

    list_display = ("name", "username", "roles", "second_factor", "last_seen", "is_active")
    list_display_links = ("name",)
    list_filter = (RoleFilter, "is_active", FactorFilter)
    list_per_page = 50
    search_fields = ("username", "display_name", "email")
    ordering = ("-is_active", "username")
    actions = None

    # --- Who may what -------------------------------------------------------------

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """Only what the filters ask for: by others, addresses and hashes could be guessed letter by letter."""
        return lookup in {"is_active__exact", RoleFilter.parameter_name, FactorFilter.parameter_name}

    # --- The list -----------------------------------------------------------------

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        seen = StaffSession.objects.filter(user=OuterRef("pk")).order_by("-seen_at").values("seen_at")[:1]
        people = super().get_queryset(request).prefetch_related("role_assignments__category", "groups")
        return people.annotate(has_factor=Exists(factors), seen_at=Coalesce(Subquery(seen), F("last_login")))

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Accounts")} | (extra_context or {}))

    @admin.display(description=gettext_lazy("name"), ordering="display_name")
    def name(self, person):
        return person.get_full_name()

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person):
        return format_html_join("", "<div>{}</div>", ((words,) for words in roles_of_person(person))) or None

    @admin.display(description=gettext_lazy("second factor"), boolean=True, ordering="has_factor")
    def second_factor(self, person):
        return person.has_factor

    @admin.display(description=gettext_lazy("last seen"), ordering="seen_at")
    def last_seen(self, person):
        return person.seen_at

    # --- Addresses ----------------------------------------------------------------

    def get_urls(self):
        views = [
            ("roles/", self.roles_view, "roles"),
            ("<int:number>/rights/", self.rights_view, "rights"),
            ("<int:number>/<str:step>/do/", self.step_view, "step"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"accounts_user_{name}") for route, view, name in views
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        """People are invited."""
        return HttpResponseRedirect(reverse("admin:accounts_invitation_add"))

    def history_view(self, request, object_id, extra_context=None):
        """Django's log says less than ours, which has a list of its own."""
        raise Http404("no such page")

    # --- One person ---------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        person = self._person(request, object_id)
        may_change = may_manage(request.user, person)
        forms = self._forms(request, person) if may_change else {}
        if request.method == "POST":
            form = forms.get(request.POST.get("form"))
            if form is None:
                raise PermissionDenied
            if form.is_valid():
                self._save(request, person, form)
                return HttpResponseRedirect(request.path)
        context = {
            "forms": forms,
            "roles": roles_of_person(person),
            "may_change": may_change,
            "is_oneself": person.pk == request.user.pk,
            "may_see_address": request.user.has_perm("accounts.change_user"),
            "needs_factor": second_factor.is_needed_by(person),
            "log_url": reverse("admin:accounts_auditentry_changelist")
            if request.user.has_perm("accounts.view_auditentry")
            else "",
            "may_undo": request.user.has_perm("accounts.undo_user") and not is_above(person, request.user),
            "session_count": sessions_of(person).count(),
            # With answers that are wrong in themselves, what they were given to still counts.
            "seal": request.POST.get("expected") or workflow.seal_of(person),
            "steps": [(name, step) for name, step in STEPS.items() if may_change and step.applies(person)],
        }
        return self._render(request, "person", person, context, title=str(person))

    def _forms(self, request, person):
        """The forms of somebody's page by name; the one that was sent has the answers."""
        sent = request.POST.get("form")
        answers = {name: request.POST if name == sent else None for name in ("facts", "roles", "powers")}
        forms = {
            "facts": FactsForm(answers["facts"], instance=person, prefix="facts"),
            "roles": RoleFormSet(answers["roles"], person=person, by=request.user),
        }
        if request.user.is_superuser:
            forms["powers"] = PowersForm(answers["powers"], instance=person, prefix="powers")
        return forms

    def _save(self, request, person, form):
        """Lets the workflow do what the form asks for, and says what came of it."""
        who = {"by": request.user, "request": request}
        try:
            if isinstance(form, RoleFormSet):
                expected = request.POST.get("expected", "")
                is_changed = workflow.set_roles(person, form.wanted, expected=expected, **who)
            elif isinstance(form, PowersForm):
                is_changed = workflow.set_powers(person, **form.cleaned_data, **who)
            else:
                is_changed = workflow.change_facts(person, **form.cleaned_data, **who)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return
        facts = {"person": isolated(person)}
        said = _("%(person)s is changed.") if is_changed else _("Nothing was different: %(person)s is as before.")
        messages.success(request, said % facts)

    def step_view(self, request, number, step):
        """Asks once more before one of `STEPS`, and does it."""
        person = self._person(request, number)
        step = STEPS.get(step)
        if step is None or not step.applies(person):
            return HttpResponseRedirect(self._address(person))
        if not may_manage(request.user, person):
            raise PermissionDenied
        if request.method == "POST":
            try:
                step.function(person, by=request.user, request=request)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, step.done % {"person": isolated(person)})
            return HttpResponseRedirect(self._address(person))
        return self._render(request, "step", person, {"step": step}, title=step.title)

    def rights_view(self, request, number):
        """What somebody may do, in words."""
        person = self._person(request, number)
        title = _("What %(person)s may do") % {"person": isolated(person)}
        return self._render(request, "rights", person, {"scopes": scopes_of(person)}, title=title)

    def roles_view(self, request):
        """All roles and all that can be done, in one table."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {"roles": Role.choices, "things": table_of_roles()}
        return self._render(request, "roles", None, context, title=_("What each role may do"))

    def _person(self, request, number):
        """The person of an address, for somebody who may see people. Raises `Http404` or `PermissionDenied`."""
        person = self.get_object(request, str(number))
        if not self.has_view_permission(request, person):
            raise PermissionDenied
        if person is None:
            raise Http404("no such account")
        return person

    @staticmethod
    def _address(person):
        return reverse("admin:accounts_user_change", args=[person.pk])

    def _render(self, request, template, person, context, *, title):
        frame = self.admin_site.each_context(request) | {"opts": self.opts, "title": title, "person": person}
        return TemplateResponse(request, f"admin/accounts/user/{template}.html", frame | context)
