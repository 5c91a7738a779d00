from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modeltranslation.translator import translator

from desk.diff import word_difference
from desk.saving import SEAL_PREFIX, SHARED, Seal, digest, last_save_of, parts_of, revision_of
from publishing.fields import is_html
from publishing.html import block_text
from publishing.languages import direction, language_choices, language_codes, own_name

# Steps whose result readers see: what is missing is said at the fields, before anything else is asked.
COMPLETE_STEPS = frozenset({"approve", "publish", "schedule"})


class TranslatedForm(forms.ModelForm):
    """
    The form of a model with translated fields: each field in its own language and direction.

    The label leaves the language out, because the fieldset or the tab around it says it;
    `labels` may name a field otherwise than its model does.
    """

    labels = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in translator.get_options_for_model(self._meta.model).get_field_names():
            label = self.labels.get(name) or self._meta.model._meta.get_field(name).verbose_name
            for language in language_codes():
                if field := self.fields.get(f"{name}_{language}"):
                    field.label = capfirst(label)
                    field.widget.attrs |= {"lang": language, "dir": direction(language)}
        offer_no_loop(self)


def offer_no_loop(form):
    """Takes the row of a form, and all that lie below it, out of the choices of its `parent`."""
    if "parent" in form.fields and form.instance.pk:
        form.fields["parent"].queryset = form.fields["parent"].queryset.exclude(pk__in=_branch_of(form.instance))


def _branch_of(row):
    """The numbers of a row and of all below it: a query for each level."""
    branch, level = {row.pk}, {row.pk}
    while level:
        level = set(type(row)._default_manager.filter(parent__in=level).values_list("pk", flat=True)) - branch
        branch |= level
    return branch


class WantedLanguagesField(forms.MultipleChoiceField):
    """The languages that an item is wanted in; none chosen means those in which something was written."""

    def __init__(self):
        super().__init__(
            label=_("Wanted in"),
            choices=language_choices(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("The board shows what is missing. Leave empty for the languages that have a text."),
        )


class PublishableForm(TranslatedForm):
    """
    The form of everything publishable: a part per language and one for the rest.

    `changed_parts` are the parts that its author changed; only these are
    written. `conflicts` are those that somebody else saved meanwhile: the form
    is then invalid, keeps what was typed, and shows both texts.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "wanted_languages" in self.fields:
            self.fields["wanted_languages"] = WantedLanguagesField()
        if "embargo_until" in self.fields:
            # Day and time are two inputs under one label.
            day, time = self.fields["embargo_until"].widget.widgets
            day.attrs["aria-label"], time.attrs["aria-label"] = _("Embargo until, day"), _("Embargo until, time")
        self.parts = parts_of(self)
        self.changed_parts = []
        self.conflicts = []
        for part in self.parts:
            self.fields[SEAL_PREFIX + part] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=str(self._seal(part))
            )

    # What the author was shown ----------------------------------------------

    def _seal(self, part):
        values = {name: self._stored(name) for name in self.parts[part]}
        return Seal(revision_of(self.instance, part), digest(self._meta.model, values))

    def _stored(self, name):
        """The value of a field as it is in the database now."""
        if name in self.initial:
            return self.initial[name]
        return self.fields[name].initial

    # Who fills it in; set by the admin.
    user = None

    def clean(self):
        cleaned = super().clean()
        self._refuse_foreign_section(cleaned)
        for part, names in self.parts.items():
            if any(name in self.errors for name in names):
                self.changed_parts.append(part)
                continue
            values = {name: cleaned.get(name) for name in names}
            shown = Seal.parse(self.data.get(self.add_prefix(SEAL_PREFIX + part)))
            if self.instance.pk and digest(self._meta.model, values) == shown.digest:
                self._leave_alone(names, cleaned)
            else:
                self.changed_parts.append(part)
                self._refuse_conflict(part, values, shown)
        return cleaned

    def _refuse_foreign_section(self, cleaned):
        """Nobody puts an item into a section where they may not write."""
        section = cleaned.get("category")
        if section is None or self.user is None or "category" not in self.changed_data:
            return
        meta = self._meta.model._meta
        there = self._meta.model(category=section)
        if not self.user.has_perm(f"{meta.app_label}.add_{meta.model_name}", there):
            self.add_error("category", _("You may not write in this section. Choose one of yours."))

    def clean_embargo_until(self):
        """An embargo cannot end after something that is already planned or public."""
        until = self.cleaned_data["embargo_until"]
        if until is None or not self.instance.pk or "embargo_until" not in self.changed_data:
            return until
        earlier = [
            own_name(edition.language)
            for edition in self.instance.editions.all()
            if edition.is_out and edition.current_state in {"scheduled", "published"} and edition.publish_at < until
        ]
        if earlier:
            raise ValidationError(
                _("It is public, or goes out earlier, in %(languages)s. Withdraw it or cancel its schedule first.")
                % {"languages": _(", ").join(earlier)}
            )
        return until

    def _leave_alone(self, names, cleaned):
        # Fields without a cleaned value are not copied to the instance: it keeps what the database has.
        for name in names:
            cleaned.pop(name, None)

    def _refuse_conflict(self, part, values, shown):
        if not self.instance.pk or shown.revision == revision_of(self.instance, part):
            return
        conflict = Conflict(self, part, values)
        if conflict.differences:
            self.conflicts.append(conflict)
            self.add_error(
                None, ValidationError(_("Two people changed this. Both texts are shown above."), code="conflict")
            )
            self._show_new_seal(part)

    def _show_new_seal(self, part):
        """Both texts were shown: saving again is a decision, measured against what is stored now."""
        self.data = self.data.copy()
        self.data[self.add_prefix(SEAL_PREFIX + part)] = str(self._seal(part))

    # Rules for publishing, when the author asked for it -----------------------

    @property
    def requested_step(self):
        """("publish", "ar") when the form was sent with a step's button, else None."""
        step, _colon, language = self.data.get("_step", "").partition(":")
        return (step, language) if language in language_codes() else None

    def _post_clean(self):
        super()._post_clean()
        if self.requested_step and self.requested_step[0] in COMPLETE_STEPS and not self.errors:
            try:
                self.instance.check_publishable(self.requested_step[1])
            except ValidationError as error:
                self._add_errors_where_seen(error)

    def _add_errors_where_seen(self, error):
        for name, messages in error.update_error_dict({}).items():
            self.add_error(name if name in self.fields else None, messages)

    def save_changes(self):
        """The columns of the parts that were changed."""
        return [
            name
            for part in self.changed_parts
            for name in self.parts[part]
            if name in self.cleaned_data and self._is_column(name)
        ]

    def _is_column(self, name):
        return any(field.name == name for field in self._meta.model._meta.concrete_fields)


class Conflict:
    """A part that two people changed: who was first, and both texts of each field that differs."""

    def __init__(self, form, part, values):
        self.part = part
        self.language = None if part == SHARED else part
        self.direction = direction(part) if self.language else None
        self.saved_by, self.saved_at = last_save_of(form.instance, part)
        self.differences = [
            {
                "name": name,
                "label": form.fields[name].label,
                "theirs": _words_of(form._meta.model, name, _readable(form.fields[name], form._stored(name))),
                "difference": word_difference(
                    _readable(form.fields[name], form._stored(name)),
                    _readable(form.fields[name], values[name]),
                    rich=is_html(form._meta.model, name),
                ),
                "raw": form._stored(name) if self.language else "",
            }
            for name in form.parts[part]
            if digest(form._meta.model, {name: values[name]}) != digest(form._meta.model, {name: form._stored(name)})
        ]

    @property
    def message(self):
        facts = {
            "person": self.saved_by or _("Somebody"),
            "time": timezone.localtime(self.saved_at).strftime("%H:%M") if self.saved_at else "–",
        }
        if self.language:
            return _(
                "%(person)s saved the text in %(language)s at %(time)s, while you were editing it. "
                "Nothing was overwritten: compare both texts below, take over what you need, and save again."
            ) % (facts | {"language": own_name(self.language)})
        return (
            _(
                "%(person)s saved the facts that all languages share at %(time)s, while you were editing them. "
                "Nothing was overwritten: compare both below, take over what you need, and save again."
            )
            % facts
        )


def _words_of(model, name, text):
    """What stands in a field, to be read: rich text without its elements, any other text as it is."""
    return block_text(text) if is_html(model, name) else text


def _readable(field, value):
    """A field's value in words."""
    if value is None or value == "":
        return ""
    if isinstance(field, forms.MultipleChoiceField):
        return _(", ").join(str(dict(field.choices).get(entry, entry)) for entry in value)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return _(", ").join(str(entry) for entry in value)
    if isinstance(field, forms.ModelChoiceField):
        row = value if hasattr(value, "pk") else field.queryset.filter(pk=value).first()
        return str(row or "")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value)
