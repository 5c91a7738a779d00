from django.db import migrations

from publishing.upgrades import give_editions_their_review


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_desk")]

    operations = [
        migrations.RunPython(give_editions_their_review("articles", "Article"), migrations.RunPython.noop, elidable=True),
    ]
