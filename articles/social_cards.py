"""
The cards of articles: what social networks show of each version that readers get, and of its quotes.

A job after each step draws them (`media_library.card_drawing`), from words of
the version and from public files of its picture: these were made by us, so
that no sandbox is needed. Drawing them again changes nothing unless
something on them changed, so whatever happens to a picture or its rights, the
answer is the same: the cards of the editions that show it are brought up to date.
"""

import hashlib
import logging
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.signals import post_save
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from PIL import Image

from articles import quotes
from articles.models import Article, ArticleEdition, ArticleVersion, SocialCard
from media_library import card_drawing, refusals
from media_library.models import Picture, PictureUse
from media_library.signals import picture_changed
from media_library.storage import delete_after_commit, delete_all, random_name, register_files
from publishing.changes import announce_hard
from publishing.keys import key_for
from publishing.languages import direction
from publishing.signals import edition_changed
from publishing.staging import is_staging

logger = logging.getLogger(__name__)

State = ArticleEdition.State
# What decides whether readers see a picture; forms change these.
_RIGHTS = ("rights_from", "rights_until")
# When what a full disk had no room for is tried again.
RETRY = timedelta(minutes=15)
# For whoever asks for changes of rights the first time.
_BEFORE_ALL = "2000-01-01T00:00:00+00:00"

_site_name = None


def register_site_name(function):
    """Has `function(language)` asked for what the site calls itself on cards."""
    global _site_name
    _site_name = function


def cards_of(version):
    """Number of the quote (0: the article itself) → its card. One query, or none where they were prefetched."""
    return {card.quote: card for card in version.social_cards.all()}


# --- When ------------------------------------------------------------------------


def connect():
    """Listens to what cards depend on: steps, the files of pictures and their rights."""
    edition_changed.connect(_on_step, sender=Article, dispatch_uid="articles.social_cards")
    picture_changed.connect(_on_picture, dispatch_uid="articles.social_cards")
    post_save.connect(_on_picture_saved, sender=Picture, dispatch_uid="articles.social_cards")
    register_files(SocialCard)


def _on_step(sender, edition, keys, **kwargs):
    if not keys or is_staging():
        return
    shown = {version.pk for version in shown_versions(edition)}
    known = SocialCard.objects.filter(version__edition=edition)
    _drop(known.exclude(version__in=shown))
    if shown - set(known.filter(version__in=shown).values_list("version", flat=True)):
        request_cards(edition.pk)


def _on_picture(sender, picture, is_urgent, **kwargs):
    if is_urgent:
        _drop(SocialCard.objects.filter(version__in=[version.pk for version in _versions_with(picture.pk)]))
    if _uses_of(picture.pk).exists():
        request_cards_with(picture.pk)


def _on_picture_saved(sender, instance, update_fields, **kwargs):
    # Whoever sets rights says so; what else is saved is on no card, or `picture_changed` tells of it.
    if {*_RIGHTS} & {*(update_fields or ())}:
        _on_picture(sender, instance, is_urgent=False)


def follow_rights():
    """Asks for the cards of pictures whose embargo or rights ended since this was called last; see `desk.tidying`."""
    jobs = DBTaskResult.objects.filter(task_path=make_cards_after_rights.module_path)
    last = jobs.order_by("enqueued_at").last()
    since = last.args_kwargs["kwargs"]["until"] if last else _BEFORE_ALL
    make_cards_after_rights.enqueue(since=since, until=timezone.now().isoformat())


def request_cards(number):
    """Asks for the cards of an edition (its number) to be brought up to date, once what changed is really stored."""
    transaction.on_commit(lambda: make_cards.enqueue(number))


def request_cards_with(number):
    """Asks for all cards with a picture (its number) to be brought up to date, once what changed is really stored."""
    transaction.on_commit(lambda: make_cards_with.enqueue(number))


@task()
def make_cards(edition_id):
    """Brings the cards of one edition up to date. One that was deleted meanwhile is no error."""
    with _tried_again_when_full(make_cards, edition_id):
        _refresh([edition_id])


@task()
def make_cards_with(picture_id):
    """Brings the cards of all editions that stand for themselves with a picture up to date."""
    with _tried_again_when_full(make_cards_with, picture_id):
        _refresh(sorted({version.edition_id for version in _versions_with(picture_id)}))


@task()
def make_cards_after_rights(since, until):
    """Asks for the cards of pictures whose embargo or rights ended between two moments (ISO 8601)."""
    passed = Q(*((f"{name}__range", (since, until)) for name in _RIGHTS), _connector=Q.OR)
    for number in Picture.objects.filter(passed, unused_since=None).order_by("pk").values_list("pk", flat=True):
        request_cards_with(number)


@contextmanager
def _tried_again_when_full(job, number):
    """Has a job run again later if the disk has no room for what it makes."""
    try:
        yield
    except refusals.Refused as error:
        logger.warning("card.refused %s=%s code=%s: it will be tried again", job.name, number, error.code)
        job.using(run_after=timezone.now() + RETRY).enqueue(number)


def _refresh(numbers):
    for number in numbers:
        if edition := ArticleEdition.objects.filter(pk=number).first():
            refresh(edition)


def _versions_with(picture_id):
    """The versions that stand for themselves with a picture, of those that readers see, or will, or that have cards."""
    has_card = Exists(SocialCard.objects.filter(version=OuterRef("pk")))
    versions = ArticleVersion.objects.filter(
        Q(pk=F("edition__live")) | Q(pk=F("edition__upcoming")) | has_card,
        edition__in=_uses_of(picture_id).values("user_id"),
    )
    for version in versions.only("edition", "lead_picture", "media").iterator():
        if version.card_picture_id == picture_id:
            yield version


def _uses_of(picture_id):
    kind = ContentType.objects.get_for_model(ArticleEdition)
    return PictureUse.objects.filter(picture=picture_id, user_type=kind)


def shown_versions(edition):
    """The versions that readers see of an edition, or will: those have cards. A retracted one has nothing to share."""
    if edition.current_state in {State.WITHDRAWN, State.RETRACTED}:
        return []
    return [version for version in (edition.live, edition.upcoming) if version is not None]


# --- Drawing ---------------------------------------------------------------------


def refresh(edition):
    """Draws the cards of what readers see of an edition, or will; keeps those that look the same, drops all others."""
    for version in shown_versions(edition):
        picture = Picture.objects.filter(pk=version.card_picture_id).first() if version.card_picture_id else None
        _keep(edition, version, picture, dict(_drawn(edition, version, picture)))
    with transaction.atomic():
        row = _locked(edition)
        _drop(SocialCard.objects.filter(version__edition=row).exclude(version__in=shown_versions(row)))


def _drawn(edition, version, picture):
    """Yields (number of the quote, bytes) for each card of a version; nothing for what cannot be drawn."""
    photo = _photo_of(picture) if picture else None
    focal_point = {"focal_x": picture.focal_x, "focal_y": picture.focal_y} if photo else {}
    for number, quote in enumerate(["", *map(quotes.tidied, version.quotes[: quotes.MOST])]):
        try:
            yield number, card_drawing.draw(_words(edition, version, quote), photo, **focal_point)
        except card_drawing.Undrawable as error:
            logger.warning("card.undrawable version=%s quote=%s: %s", version.pk, number, error)


def _photo_of(picture):
    """The largest public file of a picture, opened; None where readers may not see it now or there is none yet."""
    if not (picture.is_usable and picture.is_ready):
        return None
    made = picture.renditions_of("natural").get("jpeg")
    try:
        with default_storage.open(made[-1].path) as file, Image.open(file) as image:
            return image.convert("RGB")
    except FileNotFoundError:  # Others were made meanwhile, and whoever did that has asked for cards.
        return None


def _words(edition, version, quote):
    language = edition.language
    return card_drawing.Words(
        language=language,
        direction=direction(language),
        headline=version.title,
        kicker=getattr(version.category, f"name_{language}") or "",
        site_name=_site_name(language) if _site_name else "",
        quote=quotes.in_marks(quote, language) if quote else "",
    )


# --- Keeping ---------------------------------------------------------------------


def _keep(edition, version, picture, drawn):
    """
    Makes what was drawn the cards of a version, unless it is shown no more by now.

    What was drawn of an earlier state of the picture is thrown away: parts of it may be hidden by now.
    """
    known = cards_of(version)
    same = {number for number, data in drawn.items() if number in known and _is_same(known[number], data)}
    if drawn.keys() == same == known.keys():
        return
    other = {number: data for number, data in drawn.items() if number not in same}
    with _stored(version, other) as new, transaction.atomic():
        row = _locked(edition)
        if version not in shown_versions(row):
            return
        if picture and not _is_as_seen(picture):
            request_cards(row.pk)
            return
        _drop(version.social_cards.exclude(quote__in=same))
        SocialCard.objects.bulk_create(new)
        announce_hard([(row.language, key_for(Article, row.item_id))])


def _locked(edition):
    return ArticleEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)


def _is_as_seen(picture):
    """Whether nothing of what its cards depend on was changed since the picture was read. Locks its row."""
    names = ("revision", "jpeg_revision", *_RIGHTS)
    row = Picture.objects.select_for_update(of=("self",), no_key=True).filter(pk=picture.pk)
    return row.values_list(*names).first() == tuple(getattr(picture, name) for name in names)


@contextmanager
def _stored(version, drawn):
    """Gives cards whose files are stored. After the block, the files of those that were not saved are deleted."""
    cards = []
    try:
        for number, data in drawn.items():
            cards.append(SocialCard(version=version, quote=number, path=_stored_file(data), size=len(data)))
        yield cards
    finally:
        paths = {card.path for card in cards}
        kept = SocialCard.objects.filter(path__in=paths).values_list("path", flat=True)
        delete_all([(default_storage, path) for path in paths.difference(kept)])


def _stored_file(data):
    """The path of a new public file, which nobody can guess before the text is out."""
    token = random_name()
    with refusals.refusing_full_disk():
        return default_storage.save(f"cards/{token[:2]}/{token}-{_digest(data)}.jpg", ContentFile(data))


def _is_same(card, data):
    return card.path.endswith(f"-{_digest(data)}.jpg")


def _digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def _drop(cards):
    """Deletes cards, and once that is stored their files."""
    paths = list(cards.values_list("path", flat=True))
    if paths:
        SocialCard.objects.filter(path__in=paths).delete()
        delete_after_commit([(default_storage, path) for path in paths])
