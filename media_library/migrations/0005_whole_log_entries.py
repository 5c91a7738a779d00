from django.db import migrations

BROKEN = '[{"changed": {}}]'
# A word that every catalogue knows: what was changed of the picture, nobody wrote down.
WHOLE = '[{"changed": {"fields": ["picture"]}}]'


def mend(apps, schema_editor):
    """The history of a picture could not be shown: Django reads of every change which fields it was."""
    entries = apps.get_model("admin", "LogEntry").objects.using(schema_editor.connection.alias)
    entries.filter(change_message=BROKEN).update(change_message=WHOLE)


class Migration(migrations.Migration):
    """Names something in log entries that named nothing. One statement; those who work meanwhile notice nothing."""

    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("media_library", "0004_after_facts"),
    ]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
