"""Rows of a form that stand in an order, such as videos in a playlist: forms, formset and admin inline."""

from django import forms
from django.contrib import admin

from desk.admin import choice_only
from desk.closed_fields import close_fields
from desk.items import number_in


class OrderedForm(forms.ModelForm):
    """Something's place in an order. The model's `position` is moved by static/desk/sorting.js, or typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["position"].widget.attrs |= {"min": 1, "data-position": ""}
        if self.instance._state.adding:
            self.initial["position"] = None  # the last place, if nobody types another

    @property
    def place(self):
        """Where it stands; what has no number comes last."""
        number = number_in(self["position"].value())
        return float("inf") if number is None else number


class OrderedFormSet(forms.BaseInlineFormSet):
    """Rows that are numbered 1, 2, 3 … in the order of what was typed. `thing`: the field of what stands there."""

    thing = ""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.thing = form[self.thing]

    @property
    def entries(self):
        """The forms of what is in it already, in order, as they were sent or are stored."""
        return sorted(self.initial_forms, key=lambda form: form.place)

    @property
    def kept(self):
        """The forms of what is to be in it."""
        return [form for form in self.forms if form.cleaned_data.get(self.thing) and not self._is_gone(form)]

    def _is_gone(self, form):
        return self.can_delete and self._should_delete_form(form)

    def save(self, commit=True):
        for place, form in enumerate(sorted(self.kept, key=lambda form: form.place), start=1):
            if form.instance.position != place:
                form.instance.position = place
                form.changed_data.append("position")
        return super().save(commit)


class OrderedInline(admin.TabularInline):
    """Rows in an order, and some empty ones; its template extends `media_library/_ordered_rows.html`."""

    extra = 3

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # What is in it has its link; here things are chosen, or added.
        return choice_only(super().formfield_for_dbfield(db_field, request, **kwargs), may_add=True)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        close_fields(formset.form, request.user)
        return formset

    def has_delete_permission(self, request, obj=None):
        # Who may put something in may take it out again: nothing of it is deleted.
        return self.has_add_permission(request, obj)
