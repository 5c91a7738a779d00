from datetime import UTC, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing.languages import language_choices
from search import analysis
from search.querysets import SearchEntryQuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# So many bits of an entry's number tell entries of the same millisecond apart.
_BITS = 22
# By how much numbers grow in a day.
DAY = 86_400_000 << _BITS


def number_at(moment):
    """The smallest number that an entry published at `moment` can have."""
    return ((moment - _EPOCH) // timedelta(milliseconds=1)) << _BITS


def moment_of(number):
    """When what has this number was published, to the millisecond."""
    return _EPOCH + timedelta(milliseconds=number >> _BITS)


class SearchEntry(models.Model):
    """
    What can be found: one for each item and language, as long as readers may see that edition.

    Its number grows with the time of publication, so that the engines'
    indexes, which are ordered by it, give the newest first without sorting.
    The engines hold the words; here is what ranking and filters need.
    """

    id = models.BigIntegerField(primary_key=True)
    language = models.CharField(max_length=8, choices=language_choices)
    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    # The version that was indexed: where readers see another one by now, the entry is stale.
    version_id = models.PositiveBigIntegerField()
    section_id = models.PositiveBigIntegerField(null=True)
    format = models.CharField(max_length=30)
    year = models.PositiveSmallIntegerField()
    # From when on readers may not see it any more, whether or not a job has been there.
    gone_at = models.DateTimeField(null=True)
    # What is searched for (`search.analysis`) of title and standfirst, with a space before and after each word.
    title = models.TextField()
    standfirst = models.TextField(blank=True)
    # By which version of the analysis it was indexed.
    analysis = models.PositiveSmallIntegerField(default=0)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_type", "item_id", "language"], name="searchentry_unique")]
        indexes = [
            models.Index(fields=["language", "-id"], name="searchentry_newest"),
            models.Index(fields=["analysis", "id"], name="searchentry_stale"),
            # Said as SQLite recognises it (its documentation, "Partial Indexes", 3): ~Q(gone_at=None) would not do.
            models.Index(
                fields=["gone_at", "language"], condition=models.Q(gone_at__isnull=False), name="searchentry_gone"
            ),
        ]

    def __str__(self):
        return f"{self.item_type_id}:{self.item_id} {self.language}"

    @property
    def published_at(self):
        """When its edition was published, to the millisecond."""
        return moment_of(self.id)


# The key of all synonyms together (`publishing.keys`).
SYNONYMS = "search.synonyms"


class Synonym(models.Model):
    """Words that mean the same to readers of one language: whoever types one finds texts with any of them."""

    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    term = models.CharField(_("word or words"), max_length=60)
    equivalents = models.JSONField(_("words that mean the same"), default=list)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "term"]
        constraints = [models.UniqueConstraint(fields=["language", "term"], name="synonym_unique")]

    def __str__(self):
        return ", ".join([self.term, *self.equivalents])

    def clean(self):
        super().clean()
        if not self.stems_of(self.term):
            raise ValidationError({"term": _("Write at least one letter or digit.")})

    @transaction.atomic
    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.learn_spellings()

    @transaction.atomic
    def learn_spellings(self):
        """
        Keeps under which words of a query it is found; to be called again when the analysis changed.

        Saving announces `SYNONYMS`; whoever calls this alone does so, too.
        """
        spelt = {self.stems_of(word): None for word in [self.term, *self.equivalents]}
        self.spellings.all().delete()
        self.spellings.bulk_create(
            SynonymSpelling(synonym=self, language=self.language, stems=stems) for stems in spelt if stems
        )

    def stems_of(self, words):
        return " ".join(token.stem for token in analysis.analyse(words, self.language))


class SynonymSpelling(models.Model):
    """One of the words of a `Synonym`, as queries are analysed: its stems with spaces between."""

    synonym = models.ForeignKey(Synonym, models.CASCADE, related_name="spellings")
    language = models.CharField(max_length=8)
    stems = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["language", "stems"], name="synonymspelling_stems")]

    def __str__(self):
        return self.stems


class Word(models.Model):
    """
    A word that stands, or once stood, in a public title or standfirst: for suggestions when nothing is found.

    Whether it still is in anything public is asked of the index before it is suggested.
    """

    language = models.CharField(max_length=8)
    # Folded (`search.analysis.fold`): by this it is compared.
    folded = models.CharField(max_length=40)
    # As it was written.
    written = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "folded"], name="word_unique")]

    def __str__(self):
        return self.written


class Misspelling(models.Model):
    """
    A `Word` with one letter left out, or none.

    Two words that share such a form differ by one letter at most: one too
    many, one missing, one wrong, or two swapped (the symmetric delete idea of
    Wolf Garbe's SymSpell).
    """

    word = models.ForeignKey(Word, models.CASCADE, related_name="misspellings")
    language = models.CharField(max_length=8)
    form = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["language", "form"], name="misspelling_form")]

    def __str__(self):
        return self.form


class FruitlessSearch(models.Model):
    """What readers looked for in vain, for editors: the words alone, and how often; nothing of who asked."""

    language = models.CharField(_("language"), max_length=8, choices=language_choices)
    query = models.CharField(_("searched for"), max_length=100)
    times = models.PositiveIntegerField(_("times"), default=0)
    last_at = models.DateTimeField(_("last time"), default=timezone.now)

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering = ["-last_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["language", "query"], name="fruitlesssearch_unique")]
        indexes = [models.Index(fields=["-last_at", "-id"], name="fruitlesssearch_latest")]
        default_permissions = ("view", "delete")

    def __str__(self):
        return self.query


class StaffEntry(models.Model):
    """
    What staff can find in the admin: one for each working copy, tag or medium, in all its languages, drafts included.

    The words of all languages stand in the engines' index under this row's number.
    """

    item_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    analysis = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_type", "item_id"], name="staffentry_unique")]
        indexes = [models.Index(fields=["analysis", "id"], name="staffentry_stale")]

    def __str__(self):
        return f"{self.item_type_id}:{self.item_id}"


class OutboxEntry(models.Model):
    """
    Something that an engine outside the database has to be told, written with the step and sent by the worker.

    `text` is what is indexed; None: the entry is gone. The newest row of an entry counts.
    """

    index = models.CharField(max_length=20)
    entry_id = models.BigIntegerField()
    text = models.TextField(null=True)

    class Meta:
        indexes = [models.Index(fields=["index", "entry_id"], name="outbox_entry")]

    def __str__(self):
        return f"{self.index}:{self.entry_id}"
