from django.db import migrations, models

from publishing.upgrades import give_versions_their_summary


class Migration(migrations.Migration):
    dependencies = [("pages", "0005_picture_uses")]

    operations = [
        migrations.AddField(
            model_name="pageversion",
            name="summary",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(give_versions_their_summary("pages", "Page"), migrations.RunPython.noop, elidable=True),
    ]
