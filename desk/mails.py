"""
Notices by e-mail: what happened in the receiver's words, several of them in one mail.

A notice that is wanted by e-mail waits a few minutes for others. A mail may
get lost when the machine stops in the very moment of sending; none is sent twice.
"""

from datetime import timedelta

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from accounts.mails import GIVE_UP, RETRY, absolute, compose, deliver, isolated
from accounts.models import User
from desk.items import form_url, text_url
from desk.models import Notice
from desk.reach import reach_of, title_columns
from publishing.languages import own_name
from publishing.registry import public_types

Kind = Notice.Kind

# How long a notice waits for others to share its mail.
BATCH = timedelta(minutes=5)


# --- A notice in words ------------------------------------------------------------


def with_items(notices):
    """Notices with whoever caused them and the texts that they are about, as far as lists show those."""
    texts = [_light(public_type.model) for public_type in public_types()]
    return notices.select_related("by").prefetch_related(GenericPrefetch("item", texts))


def _light(model):
    section = [field.name for field in model._meta.fields if field.name == "category"]
    return model.objects.only("source_language", "trashed_at", *section, *title_columns())


def may_see(user, item):
    """Whether somebody may still see the item of a notice from `with_items`; asks nothing per item."""
    if item is None or item.trashed_at is not None:
        return False
    section = getattr(item, "category_id", None)
    limits = [limit for action in ("view", "change") for limit in reach_of(user, type(item), action).limits]
    return any(sections is None or section in sections for _language, sections in limits)


def sentence(notice):
    """What happened, in the current language."""
    sentences = {
        Kind.MENTION: _("%(person)s mentions you in a comment"),
        Kind.ASSIGNMENT: _("%(person)s gave you a text"),
        Kind.SENT_BACK: _("%(person)s sent a text of yours back"),
        Kind.WAITING: _("%(person)s submitted a text for review"),
        Kind.SOURCE_CHANGED: _("The source of a translation of yours changed"),
        Kind.EMERGENCY: _("%(person)s approved a text without a second person"),
        Kind.RIGHTS_END: _("The rights to a picture in a text of yours end soon"),
    }
    return sentences[notice.kind] % {"person": isolated(str(notice.by or _("Somebody")))}


def title_of(notice):
    """The title of the text that a notice is about: in that text's language, else as staff call it."""
    return notice.item.text_in("title", notice.language) or notice.item.working_title


def place_of(notice):
    """The address of what a notice is about."""
    if notice.kind == Kind.MENTION:
        return text_url("comments", notice.item, notice.language)
    return form_url(notice.item, notice.language)


# --- Sending ------------------------------------------------------------------------


def request_mails(*, at_once=False):
    """Asks for the waiting mails once what they tell of is stored: in a few minutes, or at once the urgent ones."""
    job = send_waiting_mails if at_once else send_waiting_mails.using(run_after=timezone.now() + BATCH)
    transaction.on_commit(lambda: job.enqueue(urgent_only=at_once))


@task()
def send_waiting_mails(urgent_only=False):
    """One mail to each person for whom notices wait. Can run any number of times: each notice is sent once."""
    waiting = Notice.objects.filter(waits_for_mail=True)
    waiting.filter(created_at__lt=timezone.now() - GIVE_UP).update(waits_for_mail=False)
    if urgent_only:
        waiting = waiting.filter(kind=Kind.EMERGENCY)
    people = User.objects.filter(pk__in=waiting.order_by().values("user"))
    outcomes = [_send_to(person, waiting.filter(user=person)) for person in people]
    if not all(outcomes):
        send_waiting_mails.using(run_after=timezone.now() + RETRY).enqueue()


def _send_to(person, waiting):
    """Returns False if the mail server did not take the mail: then its notices wait again."""
    notices = _claim(waiting)
    told = [notice for notice in notices if may_see(person, notice.item)]
    if not told or not person.is_active or not person.is_staff or not person.email:
        return True
    is_sent = deliver(mail_for(person, told), f"The notices for {person.username}")
    if not is_sent:
        Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(waits_for_mail=True)
    return is_sent


@transaction.atomic
def _claim(waiting):
    """Takes the notices out of the queue before they are sent, so that no other run sends them too."""
    numbers = list(waiting.select_for_update().values_list("pk", flat=True))
    Notice.objects.filter(pk__in=numbers).update(waits_for_mail=False)
    return list(with_items(Notice.objects.filter(pk__in=numbers)))


def mail_for(person, notices):
    """The mail that tells somebody of all these, in their language."""
    with translation.override(person.interface_language):
        context = {
            "person": isolated(str(person)),
            "entries": [_entry(notice) for notice in notices],
            "choices_url": absolute(reverse("admin:desk_notice_choices")),
        }
        subject = _subject(notices)
    return compose(
        "desk/mail/notices.txt", to=person.email, language=person.interface_language, subject=subject, context=context
    )


def _subject(notices):
    subject = ngettext("%(count)s notice: %(title)s", "%(count)s notices, the newest: %(title)s", len(notices))
    title = Truncator(title_of(notices[0])).chars(80)
    return subject % {"count": len(notices), "title": isolated(title)}


def _entry(notice):
    return {
        "sentence": sentence(notice),
        "title": isolated(title_of(notice)),
        "language": isolated(own_name(notice.language)),
        "lines": notice.text.splitlines(),
        "url": absolute(reverse("admin:desk_open_notice", args=[notice.pk])),
    }
