from django.db import migrations

from publishing.upgrades import give_editions_their_review


class Migration(migrations.Migration):
    dependencies = [("coalition", "0002_desk")]

    operations = [
        migrations.RunPython(give_editions_their_review("coalition", name), migrations.RunPython.noop, elidable=True)
        for name in ("Body", "Person")
    ]
