from django.db import migrations, models

from publishing.upgrades import give_versions_their_summary


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_withdrawn_bylines")]

    operations = [
        migrations.AddField(
            model_name="articleversion",
            name="summary",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(
            give_versions_their_summary("articles", "Article"), migrations.RunPython.noop, elidable=True
        ),
    ]
