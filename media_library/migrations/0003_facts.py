from django.db import migrations
from django.db.models import F

from media_library.storage import random_name
from publishing.languages import language_codes


def give_pictures_their_facts(apps, schema_editor):
    pictures = apps.get_model("media_library", "Picture")._default_manager
    pictures.filter(height__gt=F("width")).update(orientation="portrait")
    pictures.filter(height=F("width")).update(orientation="square")
    pictures.update(last_used_at=F("created_at"), unused_since=F("created_at"))
    for extension, name in [("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF"), ("gif", "GIF")]:
        pictures.filter(original__endswith=f".{extension}").update(format=name)
    for code in language_codes():
        pictures.filter(**{f"alt_text_{code}": ""}).update(**{f"alt_text_{code}": None})


def give_videos_their_folder(apps, schema_editor):
    for video in apps.get_model("media_library", "Video")._default_manager.filter(token="").iterator():
        video.token = random_name()
        video.save(update_fields=["token"])


def move_files_of_documents(apps, schema_editor):
    """What was uploaded becomes the first file of its language; `make_renditions` writes the clean copies."""
    file_model = apps.get_model("media_library", "DocumentFile")
    for document in apps.get_model("media_library", "Document")._default_manager.iterator():
        for code in language_codes():
            name = getattr(document, f"file_{code}")
            if name:
                file_model._default_manager.get_or_create(
                    document=document,
                    language=code,
                    number=1,
                    defaults={"original": str(name), "added_at": document.created_at, "added_by_id": document.created_by_id},
                )


class Migration(migrations.Migration):
    """Facts that older rows lack. Touches no file: `manage.py make_renditions` does the rest after the upgrade."""

    dependencies = [
        ("media_library", "0002_library"),
    ]

    operations = [
        migrations.RunPython(give_pictures_their_facts, migrations.RunPython.noop),
        migrations.RunPython(give_videos_their_folder, migrations.RunPython.noop),
        migrations.RunPython(move_files_of_documents, migrations.RunPython.noop),
    ]
