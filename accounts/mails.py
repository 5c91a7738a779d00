"""Mails about accounts: plain text in the language of whoever gets them. Jobs send them."""

import logging
import re
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from accounts.audit import address_of
from accounts.devices import device_of
from accounts.models import User

logger = logging.getLogger(__name__)

# After the mail server refused: when to ask it again, and when to give up.
RETRY = timedelta(minutes=15)
GIVE_UP = timedelta(days=2)

# A first strong isolate and its end: what is between them keeps its own direction and disturbs none around it.
ISOLATE, END = "\u2068", "\u2069"
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What happened to an account (a template below templates/account/mail/) → the mail's subject.
NOTICES = {
    "factors_reset": _("The second factors of your account were removed"),
    "locked_down": _("The newsroom is locked down"),
    "opened_again": _("The newsroom is open again"),
    "password_changed": _("Your password was changed"),
    "password_reset": _("Your password was set anew"),
    "address_asked": _("Somebody asks to change the e-mail address of your account"),
    "address_changed": _("The e-mail address of your account was changed"),
    "factor_added": _("A second factor was added to your account"),
    "factor_removed": _("A second factor was removed from your account"),
    "recovery_codes_made": _("New recovery codes were made for your account"),
    "recovery_code_used": _("A recovery code of your account was used"),
    "codes_tried": _("Somebody knows your password and tries to sign in"),
}


def tell_owner(person, notice, *, request, to="", **facts):
    """Tells somebody what was done to their account, and when, on which device and from where it was done."""
    with translation.override(person.interface_language):
        facts["moment"] = f"{date_format(timezone.localtime(), 'DATETIME_FORMAT')} ({settings.TIME_ZONE})"
        facts["device"] = device_of(request)
    request_notice(person, notice, to=to, place=address_of(request) or "–", **facts)


def request_notice(person, notice, *, to="", **facts):
    """
    Tells somebody by e-mail what happened to their account, once that is stored.

    `facts` are plain values; `to` is a former address that is told instead of the present one.
    """
    until = (timezone.now() + GIVE_UP).isoformat()
    transaction.on_commit(lambda: send_notice.enqueue(person.pk, notice, facts, until, to))


@task()
def send_notice(number, notice, facts, until, to=""):
    """Sends one of `NOTICES`, and tries again until the moment `until` (ISO 8601). Twice, it is told twice."""
    person = User.objects.filter(pk=number).first()
    if person is None or not person.email:
        return
    names = {name: isolated(value) for name, value in facts.items()}
    context = names | {
        "person": isolated(person),
        "sign_in_url": absolute(reverse_lazy(settings.LOGIN_URL)),
        "reset_url": absolute(reverse_lazy("account_reset_password")),
    }
    mail = compose(
        f"account/mail/{notice}.txt",
        to=to or person.email,
        language=person.interface_language,
        subject=NOTICES[notice],
        context=context,
    )
    if not deliver(mail, f"The notice “{notice}” for {person.username}"):
        try_again(send_notice, number, notice, facts, until, to, until=until)


def compose(template, *, to, language, subject, context):
    """The mail that a template makes; lazy texts are put in `language`."""
    with translation.override(language):
        return EmailMessage(
            subject=str(subject),
            body=render_to_string(template, context),
            to=[to],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )


def deliver(mail, what):
    """Sends a mail; returns False if the mail server did not take it. `what` says to the log which one it was."""
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("%s could not be sent and will be tried again: %s", what, error)
        return False
    return True


def try_again(job, *arguments, until):
    """Has a job whose mail was not taken run once more after a while, up to the moment `until` (ISO 8601)."""
    if timezone.now() < datetime.fromisoformat(until):
        job.using(run_after=timezone.now() + RETRY).enqueue(*arguments)


def isolated(text):
    """A name or title on one line, fit to stand inside a sentence of any direction, and in a header."""
    return f"{ISOLATE}{' '.join(DIRECTION_MARKS.sub('', str(text)).split())}{END}"


def absolute(path):
    """An address as it works in a mail: the settings say where this site is."""
    return settings.NEWSROOM_SITE_URL + str(path)
