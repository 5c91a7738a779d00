import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import media_library.storage


def name_this_installation(apps, schema_editor):
    apps.get_model("articles", "Origin").objects.get_or_create()


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0007_readers"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Origin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(default=media_library.storage.random_name, max_length=20)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="KnownAs",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item_id", models.PositiveBigIntegerField()),
                ("key", models.CharField(max_length=100)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "item_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["item_type", "item_id"], name="knownas_by_item")],
                "constraints": [models.UniqueConstraint(fields=("item_type", "key"), name="knownas_unique")],
            },
        ),
        migrations.RunPython(name_this_installation, migrations.RunPython.noop),
    ]
