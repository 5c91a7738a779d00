"""Names that are written in several ways: what the table of synonyms begins with. What editors wrote stays."""

from django.db import migrations

from search import analysis
from search.seed_synonyms import SYNONYMS


def seed(apps, schema_editor):
    alias = schema_editor.connection.alias
    synonyms = apps.get_model("search", "Synonym").objects.using(alias)
    spellings = apps.get_model("search", "SynonymSpelling")
    for language, term, equivalents in SYNONYMS:
        synonym, is_new = synonyms.get_or_create(language=language, term=term, defaults={"equivalents": equivalents})
        if is_new:
            # As `Synonym.learn_spellings` does it, which rows of a migration do not have.
            stems = {_stems_of(words, language): None for words in [term, *equivalents]}
            spellings.objects.using(alias).bulk_create(
                spellings(synonym=synonym, language=language, stems=one) for one in stems if one
            )


def _stems_of(words, language):
    return " ".join(token.stem for token in analysis.analyse(words, language))


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0001_search"),
    ]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop, elidable=False),
    ]
