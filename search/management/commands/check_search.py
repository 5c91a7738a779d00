from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.finding import found_models
from publishing.languages import language_codes
from search import rebuilding, staff
from search.engines import STAFF, Unavailable
from search.models import OutboxEntry, SearchEntry, StaffEntry


class Command(BaseCommand):
    """For monitoring: whether readers find what is public, and nothing else."""

    help = "Compares the search index with what is public; ends with an error if they are not in step."

    def handle(self, *args, **options):
        wrong = sum([*map(self._check, language_codes()), self._check_staff()])
        if waiting := OutboxEntry.objects.count():
            self.stdout.write(f"{waiting} changes wait to be sent to OpenSearch.")
        if settings.OPENSEARCH_URL:
            wrong += self._check_opensearch()
        if wrong:
            raise CommandError("The index is not in step. Run: manage.py rebuild_search")

    def _check(self, language):
        entries = SearchEntry.objects.filter(language=language)
        wrong = {
            "public, but not in the index as it is now": rebuilding.missing(language),
            "in the index, but not public": rebuilding.without_edition(language),
            "of an older version of the analysis": entries.stale().count(),
            "without words in the engine": sum(map(len, rebuilding.without_words(language))),
            "in the engine, but not in the index": sum(map(len, rebuilding.words_without_entry(language))),
        }
        return self._say(language, entries.count(), wrong)

    def _check_staff(self):
        wrong = {
            "there, but not in the index as it is now": sum(staff.missing(model).count() for model in found_models()),
            "in the index, but not there": sum(entries.count() for entries in staff.strays()),
            "without words in the engine": sum(map(len, rebuilding.without_words(STAFF))),
            "in the engine, but not in the index": sum(map(len, rebuilding.words_without_entry(STAFF))),
        }
        return self._say(STAFF, StaffEntry.objects.count(), wrong)

    def _check_opensearch(self):
        try:
            return sum(map(self._compare_with_opensearch, language_codes()))
        except Unavailable as error:
            self.stdout.write(f"OpenSearch does not answer as it should: {error}.")
            return 1

    def _compare_with_opensearch(self, language):
        wrong = {
            "not in OpenSearch": sum(map(len, rebuilding.not_in_opensearch(language))),
            "in OpenSearch, but not in the index": sum(map(len, rebuilding.only_in_opensearch(language))),
        }
        return self._complain(language, wrong)

    def _say(self, index, count, wrong):
        self.stdout.write(f"{index}: {count} entries")
        return self._complain(index, wrong)

    def _complain(self, index, wrong):
        for what, number in wrong.items():
            if number:
                self.stdout.write(f"{index}: {number} {what}")
        return sum(wrong.values())
