import media_library.storage
from django.db import migrations, models


class Migration(migrations.Migration):
    """What can be dropped and demanded once `0003_facts` has filled the new columns."""

    dependencies = [
        ('media_library', '0003_facts'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='document',
            name='file',
        ),
        migrations.RemoveField(
            model_name='document',
            name='file_ar',
        ),
        migrations.RemoveField(
            model_name='document',
            name='file_en',
        ),
        migrations.RemoveField(
            model_name='document',
            name='file_ku',
        ),
        migrations.RemoveField(
            model_name='document',
            name='file_tr',
        ),
        migrations.AlterField(
            model_name='video',
            name='token',
            field=models.CharField(default=media_library.storage.random_name, editable=False, max_length=20, unique=True),
        ),
    ]
