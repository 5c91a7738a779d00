"""
Who may change what in a form whose words each belong to one language, and whose other facts to all of them.

Somebody whose role counts in one language changes the words of that one. What
the languages share is for those who may add such a thing. All the rest is
shown in the form, and what is sent for it is not read.
"""

from copy import copy

from django.utils.translation import gettext as _

from accounts.backends import may_in_some_section
from accounts.roles import permission_for
from publishing.languages import language_codes, own_name


class ClosedFieldsMixin:
    """For an admin: its form closes what somebody may not change, and says on top what is open."""

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        close_fields(form, request.user, action="change" if obj else "add")
        return form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if self.has_change_permission(request, obj):
            context["what_is_open"] = what_is_open(request.user, self.model, action="change" if obj else "add")
        return super().render_change_form(request, context, add, change, form_url, obj)


def may_fill_in(user, model, name, *, action="change"):
    """
    Whether `user` may change what a field holds, or ("add") fill it in of a new row.

    The name tells whose it is: `title_tr` and `captions_tr` are Turkish, `licence` is all languages'.
    """
    code = name.rpartition("_")[2]
    if code in language_codes():
        return may_in_some_section(user, permission_for(model, action), code)
    return user.has_perm(permission_for(model, "add"))


def open_languages(user, model, *, action="change"):
    """The codes of the languages whose words `user` may change, of any row."""
    return [code for code in language_codes() if may_in_some_section(user, permission_for(model, action), code)]


def close_fields(form_class, user, *, action="change"):
    """Closes those fields of a form's class that `user` may not fill in. Takes a class that is this request's own."""
    for name, field in form_class.base_fields.items():
        # What is hidden is no fact, but what the form itself needs.
        if field.widget.is_hidden or may_fill_in(user, form_class._meta.model, name, action=action):
            continue
        form_class.base_fields[name] = closed = copy(field)  # fields that a form declares are those of all requests
        closed.disabled = True


def what_is_open(user, model, *, action="change"):
    """A sentence for somebody who may not change everything of such a row; "" for all others."""
    languages = [code for code in open_languages(user, model, action=action) if _has_words(model, code)]
    has_facts = user.has_perm(permission_for(model, "add"))
    if has_facts and languages == [code for code in language_codes() if _has_words(model, code)]:
        return ""
    if not languages:
        return _("You may look at this, and not change it. Ask a reporter or an editor.")
    names = {"languages": _(", ").join(own_name(code) for code in languages)}
    if has_facts:
        return _("You may change the words in %(languages)s, and what all languages share.") % names
    return _("You may change the words in %(languages)s. For everything else ask a reporter or an editor.") % names


def _has_words(model, code):
    return any(field.name.endswith(f"_{code}") for field in model._meta.concrete_fields)
