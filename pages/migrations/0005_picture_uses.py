from django.db import migrations

from media_library.uses import rebuild_all


def find_uses(apps, schema_editor):
    """Fills the index of uses: what is used is no longer marked as unused since it was added."""
    for _model, _done in rebuild_all(apps):
        pass


class Migration(migrations.Migration):
    """Where every picture is used. It stands in the app of the highest rank: it reads the rows of all of them."""

    dependencies = [
        ("articles", "0004_more_formats"),
        ("coalition", "0004_press_conferences"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("media_library", "0004_after_facts"),
        ("pages", "0004_reviews"),
        ("publishing", "0003_longer_step_names"),
    ]

    operations = [
        migrations.RunPython(find_uses, migrations.RunPython.noop),
    ]
