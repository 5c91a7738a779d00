"""The contact form: a topic is chosen, a message written, and the topic's receivers get it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from pages import spam
from pages.forms import ContactForm
from pages.frame import frame_of
from pages.mails import request_mails
from pages.models import ContactMessage, ContactTopic
from publishing.languages import current_language, language_codes
from publishing.metadata import PageMetadata, address_everywhere, address_in, in_languages

# Who sends the same once more within this time has clicked twice, or was not sure that it arrived.
SAME_WITHIN = timedelta(days=1)


# No session and no cookie stand behind this form, so that nobody can be made to act in their own name. Forms on other
# sites are kept out by what browsers say of them and by a token of its own (`pages.spam`), without Django's cookie.
@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request):
    """The form, and what is sent with it. In a language without topics the page says how else to write."""
    topics = topics_with_readers(frame_of(request).settings.press_email)
    here = [topic for topic in topics if topic.name]
    if not here:
        return _page(request, other_languages=_languages_of(topics))
    if request.method == "POST":
        return _answer(request, ContactForm(request.POST, topics=here))
    form = ContactForm(topics=here, initial={"topic": request.GET.get("topic")})
    return _page(request, form=form, token=spam.new_token())


@require_safe
def contact_sent(request):
    """Thanks, on a page of its own: to load it again sends nothing again."""
    # Not a page to be found by a search: nothing leads here but the form.
    page = PageMetadata(
        title=_("Your message has arrived"), addresses=address_everywhere("pages:contact"), is_error=True
    )
    return render(request, "pages/contact_sent.html", {"page": page})


def topics_with_readers(press_email):
    """
    The topics whose messages reach somebody, in all languages, in their order.

    They reach the topic's address, its receivers, or the press office (`press_email`; "" for none).
    """
    at_work = {"user__is_active": True, "user__is_staff": True}
    receivers = ContactTopic.receivers.through.objects.filter(contacttopic=OuterRef("pk"), **at_work)
    topics = ContactTopic.objects.annotate(has_receivers=Exists(receivers))
    return [topic for topic in topics if topic.email or topic.has_receivers or press_email]


def _languages_of(topics):
    """The languages in which one of these has a name, as the page lists them."""
    named = [code for code in language_codes() if any(getattr(topic, f"name_{code}") for topic in topics)]
    return in_languages({code: address_in(code, "pages:contact") for code in named})


def _answer(request, form):
    """Leads on if the message was taken; else the form again, with all that was typed."""
    refusal = spam.problem_with(request) if form.is_valid() else None
    typed = request.POST.get(spam.TOKEN, "")
    if form.is_valid() and refusal is None:
        refusal = _receive(request, form.message(current_language()), typed)
        if refusal is None:
            return HttpResponseRedirect(reverse("pages:contact-sent"))
    if refusal:
        form.add_error(None, refusal.words)
    token = spam.new_token() if refusal is spam.USED else spam.token_for(typed)
    return _page(request, status=refusal.status if refusal else 422, form=form, token=token)


@transaction.atomic
def _receive(request, message, token):
    """Stores a message and has it mailed. Returns the `spam.Refusal` if it was not taken."""
    if not spam.is_within_limits(request):
        return spam.TOO_MANY
    is_first = spam.use_up(token)
    if _is_here_already(message):
        return None
    if not is_first:
        return spam.USED
    message.save()
    request_mails(message)
    return None


def _is_here_already(message):
    return ContactMessage.objects.filter(
        topic=message.topic,
        sent_at__gt=timezone.now() - SAME_WITHIN,
        email=message.email,
        text=message.text,
    ).exists()


def _page(request, *, status=200, **shown):
    """The page with what is `shown`: the form with its token, or the languages that have one."""
    context = {
        "trap": spam.TRAP,
        "days": settings.NEWSROOM_MESSAGE_DAYS,
        "page": PageMetadata(
            title=_("Contact the press office"),
            description=_("Questions, requests for interviews and corrections: how to reach the press office."),
            addresses=address_everywhere("pages:contact"),
        ),
    }
    response = render(request, "pages/contact.html", context | shown, status=status)
    # Each token is for one reader. Whoever goes back still finds what was typed, which `no-store` would throw away.
    patch_cache_control(response, private=True, no_cache=True)
    return response
