"""
Mails about readers' messages: the message itself to the press office, and a word to those who can read it here.

Jobs send them, one for each mail: what one mail server refuses holds up no
other mail, and nobody gets the same twice. Jobs know numbers only; what
readers wrote is in no queue and no log.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.mails import GIVE_UP, absolute, compose, deliver, isolated, try_again
from pages.models import ContactMessage, SiteSettings


def receivers_of(topic):
    """The accounts that read a topic's messages."""
    return topic.receivers.filter(is_active=True, is_staff=True)


def request_mails(message):
    """Has the mails about a message sent once it is stored."""
    until = (timezone.now() + GIVE_UP).isoformat()
    people = list(receivers_of(message.topic).values_list("pk", flat=True))

    def ask():
        send_message.enqueue(message.pk, until)
        for person in people:
            tell_receiver.enqueue(message.pk, person, until)

    transaction.on_commit(ask)


@task()
def send_message(number, until):
    """Sends a message to its topic's address, else to the press office's; tries again until `until` (ISO 8601)."""
    message = ContactMessage.objects.select_related("topic").filter(pk=number).first()
    to = message and (message.topic.email or SiteSettings.load().press_email)
    if to and not deliver(_mail_of(message, to), f"Message {number} of a reader"):
        try_again(send_message, number, until, until=until)


def _mail_of(message, to):
    """In the language in which the reader wrote; an answer to the mail goes to the reader."""
    # What stands in a header is on one line (`isolated`), and an address that was checked is one.
    with translation.override(message.language):
        topic = isolated(message.topic)
        subject = _("%(topic)s: message of %(name)s") % {"topic": topic, "name": isolated(message.name)}
    facts = {"message": message, "topic": topic, "url": _address(message)}
    mail = compose("pages/mail/message.txt", to=to, language=message.language, subject=subject, context=facts)
    mail.reply_to = [message.email]
    return mail


@task()
def tell_receiver(number, person_number, until):
    """Tells somebody that there is a message, and nothing of what is in it; tries again until `until` (ISO 8601)."""
    message = ContactMessage.objects.select_related("topic").filter(pk=number).first()
    person = message and receivers_of(message.topic).exclude(email="").filter(pk=person_number).first()
    if person and not deliver(_notice_for(person, message), f"The notice of message {number}"):
        try_again(tell_receiver, number, person_number, until, until=until)


def _notice_for(person, message):
    with translation.override(person.interface_language):
        topic = isolated(message.topic)
        subject = _("A new message: %(topic)s") % {"topic": topic}
    facts = {"person": isolated(person), "topic": topic, "url": _address(message)}
    return compose(
        "pages/mail/notice.txt", to=person.email, language=person.interface_language, subject=subject, context=facts
    )


def _address(message):
    return absolute(reverse("admin:pages_contactmessage_change", args=[message.pk]))
