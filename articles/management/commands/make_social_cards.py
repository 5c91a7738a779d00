import logging

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef

from articles.models import ArticleEdition, SocialCard
from articles.social_cards import cards_of, refresh, shown_versions
from media_library import card_drawing

logger = logging.getLogger(__name__)

CHUNK = 200


class Command(BaseCommand):
    """Makes the cards of articles that are out without them. Can be stopped and run again: it goes on."""

    help = (
        "Makes the pictures for social networks that published and scheduled articles lack. With --all it makes all "
        "of them anew, as after a change of the site's name or of a section's; those that look the same stay as they "
        "are. Goes on after what is broken, and names it."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="draw every card, not only those that are missing")

    def handle(self, *, all, **options):
        if not card_drawing.can_shape():
            self.stdout.write(self.style.WARNING("raqm finds no FriBidi (Debian: libfribidi0): no Arabic cards."))
        self.broken = 0
        editions = ArticleEdition.objects.filter(live__isnull=False)
        if not all:
            editions = editions.exclude(Exists(SocialCard.objects.filter(version=OuterRef("live"))))
        self._each(editions)
        if self.broken:
            self.stdout.write(self.style.WARNING(f"{self.broken} could not be done; they are named above."))

    def _each(self, editions):
        total, done, last = editions.count(), 0, 0
        while numbers := list(editions.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            for last in numbers:
                done += 1
                edition = ArticleEdition.objects.filter(pk=last).select_related("live").first()
                if edition and shown_versions(edition):
                    self.stdout.write(f"{done}/{max(done, total)} {edition.live} {self._made(edition)}")
        self.stdout.write(self.style.SUCCESS(f"{done} texts done."))

    def _made(self, edition):
        """What came of an edition, in words."""
        try:
            refresh(edition)
        except Exception as error:
            logger.exception("make_social_cards.failed edition=%s", edition.pk)
            self.broken += 1
            return f"{type(error).__name__}: {error}"
        if not cards_of(edition.live):
            self.broken += 1
            return "cannot be drawn: see the log"
        return ""
