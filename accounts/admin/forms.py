"""The forms in which admins invite people and give roles. They only offer; `accounts.workflow` decides."""

from django import forms
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.languages import interface_language_choices
from accounts.models import RoleAssignment, User
from accounts.standing import grantable_roles

Role = RoleAssignment.Role

# So many rows are enough for each role in each language.
MOST_ROLES = 40


class Offer:
    """The roles that `by` may give, and where: asked for once for all rows of a form."""

    def __init__(self, by):
        self.roles = [(role.value, role.label) for role in grantable_roles(by)]
        self.languages = interface_language_choices()
        rows = list(_sections().with_tree_fields())
        self.by_number = {section.pk: section for section in rows}
        self.sections = [(section.pk, f"{'— ' * section.tree_depth}{section}") for section in rows]


def _sections():
    return RoleAssignment._meta.get_field("category").related_model._default_manager


class InviteForm(forms.Form):
    """Whom to invite, and to what."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The invitation goes there. It is also the account's address later."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    display_name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("How the mail addresses them. They can choose another name themselves."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what they will do here.")},
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None marked: in all languages."),
    )
    sections = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only in these sections"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None marked: in all sections. A section counts with all that is below it."),
    )
    interface_language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"),
        choices=interface_language_choices,
        help_text=gettext_lazy("Their admin begins in it, too. They can choose another one later."),
    )

    def __init__(self, data=None, *, by):
        super().__init__(data, initial={"interface_language": by.interface_language})
        self.offer = Offer(by)
        self.fields["role"].choices = self.offer.roles
        self.fields["languages"].choices = self.offer.languages
        self.fields["sections"].choices = self.offer.sections

    def clean_sections(self):
        return [self.offer.by_number[number] for number in self.cleaned_data["sections"]]


class UnwrittenForm(forms.ModelForm):
    """Shows a row and checks answers, but leaves the row as it is: the workflow writes, or refuses."""

    def _post_clean(self):
        """Django would put the answers into the row here, where they stayed when the workflow refuses."""


class FactsForm(UnwrittenForm):
    """What is known of somebody, as far as admins change it. Their address they change themselves."""

    class Meta:
        model = User
        fields = ("display_name", "interface_language")
        widgets = {"display_name": forms.TextInput(attrs={"dir": "auto"})}


class RoleForm(forms.Form):
    """One role of somebody, and where it counts."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    section = forms.TypedChoiceField(label=gettext_lazy("Section"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, offer, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.fields["role"].choices = [("", _("– choose –")), *offer.roles]
        self.fields["language"].choices = [("", _("all languages")), *offer.languages]
        self.fields["section"].choices = [("", _("all sections")), *offer.sections]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("role") == Role.ADMIN and (cleaned.get("language") or cleaned.get("section")):
            raise ValidationError(_("An admin is one everywhere: choose all languages and all sections."))
        return cleaned

    @property
    def wanted(self):
        """(role, language or None, section or None), as `accounts.workflow.set_roles` takes it."""
        cleaned = self.cleaned_data
        return cleaned["role"], cleaned["language"] or None, self.offer.by_number.get(cleaned["section"])


class RoleFormSet(
    forms.formset_factory(
        RoleForm, extra=1, can_delete=True, can_delete_extra=False, max_num=MOST_ROLES, validate_max=True
    )
):
    """All roles of somebody. What is removed, and rows that are left empty, they do not have afterwards."""

    def __init__(self, data=None, *, person, by):
        rows = [
            {"role": entry.role, "language": entry.language or "", "section": entry.category_id or ""}
            for entry in person.role_assignments.order_by("role", "language", "category")
        ]
        super().__init__(data, initial=rows, prefix="roles", form_kwargs={"offer": Offer(by)})

    @property
    def wanted(self):
        """What `accounts.workflow.set_roles` takes."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return [form.wanted for form in kept if form.cleaned_data.get("role")]


class PowersForm(UnwrittenForm):
    """What only superusers see and change."""

    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Groups"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A group with the name of a role gives that role everywhere."),
    )
    user_permissions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Single permissions"),
        queryset=Permission.objects.select_related("content_type"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=gettext_lazy("They hold everywhere. Give roles instead wherever it is possible."),
    )

    class Meta:
        model = User
        fields = ("is_superuser", "is_staff", "groups", "user_permissions")
