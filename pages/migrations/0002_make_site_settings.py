from django.db import migrations


def make_row(apps, schema_editor):
    apps.get_model("pages", "SiteSettings").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    """The one row of settings, so that no page has to make it."""

    dependencies = [("pages", "0001_initial")]

    operations = [migrations.RunPython(make_row, migrations.RunPython.noop)]
