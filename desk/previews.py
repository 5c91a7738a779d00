"""
Previews exactly as readers will see the page, for staff and behind addresses that can be shared.

The public view itself makes the page, inside `publishing.staging.staged`; this
module only chooses the text and the moment, and says who may look.
"""

import re
from contextlib import contextmanager
from datetime import timedelta
from functools import partial, wraps
from urllib.parse import unquote, urlencode

from csp.constants import SELF
from csp.decorators import csp
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import get_script_prefix, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from desk.items import form_url, item_for, label_of, render_screen, text_url
from desk.models import PreviewedText, PreviewLink
from desk.step_forms import MomentField, zone_hint
from desk.weight import weight_of
from publishing.languages import direction, language_codes, own_name
from publishing.metadata import PageMetadata, home_address
from publishing.public import Gone
from publishing.registry import public_types
from publishing.staging import staged
from publishing.workflow import may

# --- The page itself --------------------------------------------------------------


class ReaderRequest(HttpRequest):
    """A request for a page of the public site, by nobody in particular: no session, no account, no cookies."""

    # What says by which name, and how, the site was reached.
    SAME_SITE = (
        "HTTP_HOST",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PORT",
        "HTTP_X_FORWARDED_PROTO",
        "SERVER_NAME",
        "SERVER_PORT",
    )

    def __init__(self, visit, path, language, *, theme=""):
        super().__init__()
        self.method = "GET"
        self.path = path
        self.path_info = "/" + path.removeprefix(get_script_prefix())
        self.META = {name: visit.META[name] for name in self.SAME_SITE if name in visit.META}
        self.META |= {"REQUEST_METHOD": "GET", "PATH_INFO": self.path_info}
        self.user = AnonymousUser()
        self.preview_theme = theme
        self.LANGUAGE_CODE = language
        self._visit_scheme = visit.scheme

    def _get_scheme(self):
        return self._visit_scheme


def text_page(visit, item, language, *, at=None, theme=""):
    """One text's page as readers would get it, at a moment. Raises `ValidationError`, which says what is missing."""
    with text_on_stage(visit, item, language, at=at, theme=theme) as make_page:
        return make_page()


@contextmanager
def text_on_stage(visit, item, language, *, at=None, theme=""):
    """Gives a function that makes the page of `text_page`, for whoever needs it more than once."""
    with staged([(item, language)], at=at) as (edition,):
        yield partial(_reader_page, visit, edition.get_absolute_url(), language, theme)


def home_page(visit, language, *, texts=(), at=None, theme=""):
    """The home page as readers would get it at a moment, perhaps with texts that are not public yet."""
    with staged(texts, at=at):
        return _reader_page(visit, home_address(language), language, theme)


def _reader_page(visit, address, language, theme):
    request = ReaderRequest(visit, unquote(address), language, theme=theme)
    try:
        with translation.override(language):
            response = _response_of(request)
    except (Http404, Gone) as error:
        raise ValidationError(_("This page cannot be shown.")) from error
    if response.status_code != 200:
        raise ValidationError(_("This page cannot be shown."))
    page = HttpResponse(response.content, content_type=response["Content-Type"])
    page["Content-Language"] = language
    return page


def _response_of(request):
    match = request.resolver_match = resolve(request.path_info)
    response = match.func(request, *match.args, **match.kwargs)
    if hasattr(response, "render"):
        response = response.render()
    return response


# --- For staff: the bare page -----------------------------------------------------

# The page stands in a frame of the screen below; else it has what readers get.
FRAMED_POLICY = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"frame-ancestors": [SELF]}


def framed(view):
    """Has readers' strict policy although it is in the admin, and may stand in a frame of this site."""
    return require_safe(xframe_options_sameorigin(csp(FRAMED_POLICY)(view)))


class MomentForm(forms.Form):
    """For which moment the page is made; empty: for now."""

    at = MomentField(label=gettext_lazy("As it will be at"), required=False)

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at is not None and at <= timezone.now():
            raise ValidationError(_("This moment has passed. Choose a later one, or leave it empty for now."))
        return at


@framed
def preview(request, label, pk, language):
    """The page of a text as it is in the working copy."""
    item = item_for(request.user, label, pk, language)
    return _shown(request, text_page, item, language)


@framed
def preview_home(request, language):
    """The home page at a moment; `?with=articles.article:12` puts a text on it that is not public yet."""
    _require_view(request.user)
    if language not in language_codes():
        raise Http404("no such language")
    return _shown(request, home_page, language, texts=_texts_in_address(request, language))


def _require_view(user):
    names = [public_type.model._meta for public_type in public_types()]
    if not any(user.has_perm(f"{meta.app_label}.view_{meta.model_name}") for meta in names):
        raise PermissionDenied


def _texts_in_address(request, language):
    if "with" not in request.GET:
        return []
    match = re.fullmatch(r"([a-z_.]+):([0-9]{1,18})", request.GET["with"])
    if match is None:
        raise Http404("names no text")
    return [(item_for(request.user, match[1], int(match[2]), language), language)]


def _shown(request, make_page, *args, **facts):
    """The page, or one that says what is missing to it."""
    form = MomentForm(request.GET)
    if not form.is_valid():
        return _missing(request, form.errors["at"])
    try:
        return make_page(request, *args, at=form.cleaned_data["at"], theme=_chosen(request, "theme", ""), **facts)
    except ValidationError as error:
        return _missing(request, error.messages)


def _missing(request, reasons):
    context = {"reasons": reasons, "dir": direction(translation.get_language())}
    return render(request, "desk/preview_missing.html", context)


# --- For staff: the screen around it ----------------------------------------------

# What can be chosen, as it stands in the address: the first is chosen where nothing is said.
CHOICES = {
    "page": (
        gettext_lazy("Page"),
        {
            "text": gettext_lazy("This text"),
            "home": gettext_lazy("Home page"),
            "home_with": gettext_lazy("Home page with this text"),
        },
    ),
    "width": (gettext_lazy("Width"), {"phone": gettext_lazy("Phone"), "desktop": gettext_lazy("Desktop")}),
    "theme": (gettext_lazy("Colours"), {"light": gettext_lazy("Light"), "dark": gettext_lazy("Dark")}),
}


def _chosen(request, name, default):
    """What was chosen, or `default` for anything else."""
    value = request.GET.get(name)
    return value if value in CHOICES[name][1] else default


@require_safe
def preview_screen(request, label, pk, language):
    """The preview of one text in a frame: languages, widths, colours, and the moment that it is made for."""
    item = item_for(request.user, label, pk, language)
    chosen = {name: _chosen(request, name, next(iter(options))) for name, (_label, options) in CHOICES.items()}
    form = MomentForm(request.GET) if "at" in request.GET else MomentForm()
    # What was typed stays in the field even if it is no moment; the frame shows the page of now then.
    typed = {"at": request.GET["at"]} if request.GET.get("at") else {}
    is_at = bool(typed and form.is_valid())
    context = _frame(item, language) | {
        "form": form,
        "zone_hint": zone_hint(),
        "chosen": chosen,
        "groups": _groups(chosen, typed),
        "languages": _language_links(item, language, chosen | typed),
        "frame_url": _frame_url(item, language, chosen, typed if is_at else {}),
        "moment": form.cleaned_data["at"] if is_at else None,
        "now_url": f"?{urlencode(chosen)}" if typed else "",
        "weight": _weight(request, item, language, chosen, form.cleaned_data["at"] if is_at else None),
        "share_url": text_url("share", item, language) if may(request.user, item, language, "change") else "",
    }
    title = _("Preview: %(language)s") % {"language": own_name(language)}
    return render_screen(request, "desk/preview.html", context, title=title)


def _weight(request, item, language, chosen, at):
    """What the text's own page costs; None on the home page, which is not one text's business."""
    is_text = chosen["page"] == "text"
    return weight_of(text_on_stage(request, item, language, at=at)) if is_text else None


def _groups(chosen, typed):
    return [
        {
            "label": label,
            "options": [
                {
                    "label": words,
                    "url": "?" + urlencode(chosen | typed | {name: value}),
                    "is_chosen": chosen[name] == value,
                }
                for value, words in options.items()
            ],
        }
        for name, (label, options) in CHOICES.items()
    ]


def _language_links(item, current, query):
    codes = [code for code in language_codes() if code == current or _has_text(item, code)]
    return [
        {
            "code": code,
            "name": own_name(code),
            "dir": direction(code),
            "url": f"{text_url('preview_screen', item, code)}?{urlencode(query)}",
            "is_chosen": code == current,
        }
        for code in codes
    ]


def _has_text(item, language):
    return any(item.texts(language).values())


def _frame_url(item, language, chosen, moment):
    query = {"theme": chosen["theme"]} | moment
    if chosen["page"] == "text":
        return f"{text_url('preview', item, language)}?{urlencode(query)}"
    if chosen["page"] == "home_with":
        query["with"] = f"{label_of(item)}:{item.pk}"
    return f"{reverse('admin:desk_preview_home', args=[language])}?{urlencode(query)}"


def _frame(item, language):
    """What the screens have in common."""
    return {
        "opts": item._meta,
        "item": item,
        "language": language,
        "dir": direction(language),
        "text_title": item.text_in("title", language),
        "back_url": form_url(item, language),
        "preview_url": text_url("preview_screen", item, language),
    }


# --- Share links: making and revoking ---------------------------------------------

# For how many days a link may work.
LIFETIMES = (1, 3, 7, 14)
# Links that work no more tell only who had one lately.
SHOWN_ENDED = 10


class ShareForm(forms.Form):
    """For whom a share link is, what it shows, and for how long."""

    label = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("A name, so that you know later which link to revoke. Only colleagues see it."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("What it shows"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        coerce=int,
        widget=forms.RadioSelect,
        initial=3,
    )

    def __init__(self, data=None, *, item, language, user):
        super().__init__(data, initial={"languages": [language]})
        self.fields["days"].choices = [(days, _lifetime(days)) for days in LIFETIMES]
        self.fields["languages"].choices = [
            (code, own_name(code))
            for code in language_codes()
            if _has_text(item, code) and may(user, item, code, "change")
        ]


def _lifetime(days):
    if days % 7:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    weeks = days // 7
    return ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": weeks}


@require_http_methods(["GET", "HEAD", "POST"])
def share(request, label, pk, language):
    """The links by which people outside can read the drafts of one item: a new one, and those that there are."""
    item = item_for(request.user, label, pk, language, action="change")
    form = ShareForm(item=item, language=language, user=request.user)
    if request.method == "POST" and "revoke" in request.POST:
        return _revoke(request, item, language)
    if request.method == "POST":
        form = ShareForm(request.POST, item=item, language=language, user=request.user)
        if form.is_valid():
            _make_link(item, form.cleaned_data, by=request.user)
            messages.success(request, _("The link is ready. Copy its address below."))
            return HttpResponseRedirect(text_url("share", item, language))
    working, ended = _links_to(item).filter(_works()), _links_to(item).exclude(_works())[:SHOWN_ENDED]
    context = _frame(item, language) | {
        "form": form,
        "working": [_link_row(request, link) for link in working],
        "ended": [_link_row(request, link) for link in ended],
    }
    title = _("Share a preview: %(language)s") % {"language": own_name(language)}
    return render_screen(request, "desk/preview_share.html", context, title=title)


@transaction.atomic
def _make_link(item, chosen, *, by):
    expires_at = timezone.now() + timedelta(days=chosen["days"])
    link = PreviewLink.objects.create(label=chosen["label"], created_by=by, expires_at=expires_at)
    for code in chosen["languages"]:
        link.texts.create(item_type=_type_of(item), item_id=item.pk, language=code)


def _links_to(item):
    """The links that show something of this item, the newest first."""
    texts = PreviewedText.objects.filter(item_type=_type_of(item), item_id=item.pk)
    links = PreviewLink.objects.filter(pk__in=texts.values("link"))
    return links.select_related("created_by").prefetch_related("texts")


def _works():
    """Which links still show something. The links of somebody who was shut out are shut, too."""
    is_somebodys = Q(created_by=None) | Q(created_by__is_active=True)
    return is_somebodys & Q(revoked_at=None, expires_at__gt=timezone.now())


def _type_of(item):
    return ContentType.objects.get_for_model(item)


def _link_row(request, link):
    codes = list(dict.fromkeys(text.language for text in link.texts.all()))
    return {
        "link": link,
        "address": request.build_absolute_uri(reverse("shared_preview", args=[link.key])),
        "languages": [{"code": code, "name": own_name(code), "dir": direction(code)} for code in codes],
    }


def _revoke(request, item, language):
    """Ends one link, or all that show something of this item."""
    links = _links_to(item)
    which = request.POST["revoke"]
    if which != "all":
        links = links.filter(pk=int(which) if re.fullmatch("[0-9]{1,18}", which) else 0)
    ended = PreviewLink.objects.filter(_works(), pk__in=links.values("pk"))
    count = ended.update(revoked_at=timezone.now())
    if count:
        words = ngettext("%(count)s link stopped working.", "%(count)s links stopped working.", count)
        messages.success(request, words % {"count": count})
    else:
        messages.warning(request, _("No link was revoked: it had stopped working already."))
    return HttpResponseRedirect(text_url("share", item, language))


# --- Share links: what they show --------------------------------------------------

PRIVATE_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}


def behind_key(view):
    """
    Gives `view` the texts of the link that has the key in the address.

    Whatever the reason that there is nothing to show, the answer is the same;
    no answer is kept, indexed or told to other sites.
    """

    @require_safe
    @wraps(view)
    def answer(request, key, **kwargs):
        try:
            response = view(request, key, _texts_behind(key), **kwargs)
        except Http404:
            response = _nothing_here(request)
        for name, value in PRIVATE_HEADERS.items():
            response[name] = value
        return response

    return answer


def _texts_behind(key):
    """Number in the address → text, without what is in the trash or gone. Raises `Http404` when nothing is left."""
    links = PreviewLink.objects.filter(_works()).prefetch_related("texts__item")
    link = get_object_or_404(links, key=key)
    texts = {number: text for number, text in enumerate(link.texts.all(), start=1) if _is_there(text)}
    if not texts:
        raise Http404("nothing left to show")
    return texts


def _is_there(text):
    return text.item is not None and text.item.trashed_at is None


def _nothing_here(request):
    page = PageMetadata(title=_("No preview here"), is_error=True)
    return render(request, "desk/preview_over.html", {"page": page}, status=404)


@behind_key
def shared(request, key, texts):
    """What somebody with the key may see: the text itself, or a list where there are several."""
    if len(texts) == 1:
        return _shared_page(request, *texts.values())
    rows = [
        {
            "url": reverse("shared_text", args=[key, number]),
            "code": text.language,
            "dir": direction(text.language),
            "language": own_name(text.language),
            "title": text.item.text_in("title", text.language),
        }
        for number, text in texts.items()
    ]
    page = PageMetadata(title=_("Preview"), is_error=True)
    return render(request, "desk/preview_list.html", {"page": page, "rows": rows})


@behind_key
def shared_text(request, key, texts, number):
    """One of the texts that a key opens."""
    if number not in texts:
        raise Http404("no such text")
    return _shared_page(request, texts[number])


def _shared_page(request, text):
    try:
        return text_page(request, text.item, text.language)
    except ValidationError:
        # What is missing is for colleagues to know.
        return _missing(request, [])


screens = [
    ("preview/<str:label>/<int:pk>/<str:language>/", preview, "preview"),
    ("previews/<str:label>/<int:pk>/<str:language>/", preview_screen, "preview_screen"),
    ("preview-home/<str:language>/", preview_home, "preview_home"),
    ("share/<str:label>/<int:pk>/<str:language>/", share, "share"),
]
