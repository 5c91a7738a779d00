from django.db import migrations, models

from publishing.upgrades import give_versions_their_summary


class Migration(migrations.Migration):
    dependencies = [("coalition", "0004_press_conferences")]

    operations = [
        migrations.AddField(
            model_name="bodyversion",
            name="summary",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="personversion",
            name="summary",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(
            give_versions_their_summary("coalition", "Body"), migrations.RunPython.noop, elidable=True
        ),
        migrations.RunPython(
            give_versions_their_summary("coalition", "Person"), migrations.RunPython.noop, elidable=True
        ),
    ]
