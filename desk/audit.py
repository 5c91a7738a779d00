"""
What the desk writes to the log of who did what: every step with a text or a picture, every change in the admin.

Both are caught in one place each, so that no screen has to remember it: steps
where they are logged (`publishing.models.LogEntry.append`), changes in what
every admin inherits (`AuditedAdmin`, which the site gives to each that is
registered).
"""

import json

from accounts import lockdown
from accounts.audit import record


def note_step(sender, *, entry, item, **facts):
    """Receives `step_logged`. A note is only measured: it is part of the text's own history."""
    details = {"from": entry.state_from, "to": entry.state_to, "version": entry.version_number}
    details = {name: value for name, value in details.items() if value}
    if entry.note:
        details["note_length"] = len(entry.note)
    # A text is called by its title in the language that the step was about.
    title = item.text_in("title", entry.language) if entry.language and hasattr(item, "text_in") else ""
    record(f"step.{entry.step}", by=entry.by, target=item, target_name=title, language=entry.language, **details)


def note_save(item, language, *, by):
    """Writes down that one language of a text was saved elsewhere than on its form."""
    record("record.changed", by=by, target=item, language=language)


def note_facts(item, fields, *, by):
    """Writes down that facts of a text, such as its section, were changed elsewhere than on its form."""
    record("record.changed", by=by, target=item, fields=fields)


def note_changes(request, rows, **details):
    """Writes down that a screen of its own changed these rows."""
    for row in rows:
        record("record.changed", by=request.user, target=row, request=request, **details)


class AuditedAdmin:
    """
    For every admin: what is added, changed and deleted stands in the log; in a lock-down nothing is, unless it may be.

    Django calls the three methods for forms, lists and actions alike. An admin
    says in `open_in_lock_down` what goes on in a lock-down ("add", "change"):
    only where nothing that is saved shows in public at once.
    """

    def log_addition(self, request, obj, message):
        record("record.added", by=request.user, target=obj, request=request)
        return super().log_addition(request, obj, message)

    def construct_change_message(self, request, form, formsets, add=False):
        # Django asks for this just before it logs a change. Its own message names labels, in English.
        request.changed_fields = [name for name in form.changed_data if not form.fields[name].widget.is_hidden]
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request, obj, message):
        details = {"fields": request.__dict__.pop("changed_fields", []), "rows": _changed_rows(message)}
        details = {name: names for name, names in details.items() if names}
        record("record.changed", by=request.user, target=obj, request=request, **details)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        rows = list(queryset)
        for row in rows:
            record("record.deleted", by=request.user, target=row, request=request)
        return super().log_deletions(request, rows)

    def has_add_permission(self, request, *args):
        return self._is_open(request, "add") and super().has_add_permission(request, *args)

    def has_change_permission(self, request, obj=None):
        return self._is_open(request, "change") and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._is_open(request, "delete") and super().has_delete_permission(request, obj)

    def _is_open(self, request, action):
        is_open = action in getattr(self, "open_in_lock_down", ())
        return is_open or not lockdown.is_known_by(request.user)


def _changed_rows(message):
    """The kinds of rows in what Django writes of a change, such as "added: role"; never what they held."""
    if isinstance(message, str):
        try:
            message = json.loads(message)
        except ValueError:
            return []
    parts = [(change, facts["name"]) for part in message for change, facts in part.items() if "name" in facts]
    return [f"{change}: {name}" for change, name in dict.fromkeys(parts)]
