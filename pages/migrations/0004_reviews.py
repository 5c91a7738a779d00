from django.db import migrations

from publishing.upgrades import give_editions_their_review


class Migration(migrations.Migration):
    dependencies = [("pages", "0003_desk")]

    operations = [
        migrations.RunPython(give_editions_their_review("pages", "Page"), migrations.RunPython.noop, elidable=True),
    ]
