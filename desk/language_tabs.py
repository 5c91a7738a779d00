"""The form of something with translated fields that is not published by itself: a tab per language."""

from publishing.languages import direction, language_choices


def shown_as_markup(field):
    """Marks a function that is a field of a form: it returns markup. Of all others the words alone are shown."""
    field.is_markup = field.do_not_call_in_templates = True
    return field


class LanguageTabsMixin:
    """
    Shows the fieldsets of `desk.admin.by_language` as tabs.

    The first fieldset stands above them, all others beside them.
    """

    change_form_template = "desk/translated_form.html"

    def render_change_form(self, request, context, *args, **kwargs):
        first, *others = context["adminform"]
        codes = {name: code for code, name in language_choices()}
        context |= {
            "first": first,
            "languages": [_tab(codes[fieldset.name], fieldset) for fieldset in others if fieldset.name in codes],
            "shared": [fieldset for fieldset in others if fieldset.name not in codes],
        }
        return super().render_change_form(request, context, *args, **kwargs)


def _tab(code, fieldset):
    return {
        "code": code,
        "name": fieldset.name,
        "dir": direction(code),
        "fieldset": fieldset,
        # Fields that are only shown may be functions.
        "has_errors": any(name in fieldset.form.errors for name in fieldset.fields if isinstance(name, str)),
    }
