"""Comments: what colleagues say to one another about a text, in threads. Readers never see them."""

import re

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from desk.items import form_url, item_for, number_in, render_screen, text_url
from desk.models import Comment, Notice
from desk.notices import notify_all, who_may
from publishing.languages import direction, language_codes, own_name

# "@rima", but not the end of an e-mail address. A full stop after it ends the sentence, not the name.
MENTION = re.compile(r"(?<![A-Za-z0-9._%+-])@([A-Za-z0-9._-]*[A-Za-z0-9_-])")


# --- Writing ------------------------------------------------------------------------


class LinesField(forms.CharField):
    """Text whose lines end alike, whatever the browser sends: so its length is what its author counts."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class CommentForm(forms.Form):
    """A new comment, or with `thread` an answer. `people`: whom it may mention, by user name in small letters."""

    use_required_attribute = False
    text = LinesField(
        label=gettext_lazy("Comment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "data-mentions": ""}),
        error_messages={"required": gettext_lazy("Write something first.")},
    )

    def __init__(self, people, *args, thread=None, **kwargs):
        super().__init__(*args, auto_id=f"id_{thread.pk}_%s" if thread else "id_%s", **kwargs)
        self.people, self.thread = people, thread
        if thread:
            self.fields["text"].label = _("Answer")

    def clean_text(self):
        text = self.cleaned_data["text"]
        unknown = {name: "@" + name for name in MENTION.findall(text) if name.lower() not in self.people}
        if unknown:
            raise forms.ValidationError(
                [_("%(name)s is nobody who can see this.") % {"name": name} for name in unknown.values()]
            )
        return text

    @cached_property
    def mentioned(self):
        return list({self.people[name.lower()] for name in MENTION.findall(self.cleaned_data["text"])})


def people_who_can_see(item):
    """Whom a comment on this item may mention: user name in small letters → account."""
    allowed = Q(is_superuser=True) | who_may(item, "view") | who_may(item, "change")
    people = User.objects.filter(allowed, is_active=True, is_staff=True).order_by("username")
    return {person.username.lower(): person for person in people}


def add_comment(item, language, form, *, by):
    """Stores what a valid form holds, and tells those whom it mentions. An answer opens its thread again."""
    comment = Comment.objects.create(
        **_about(item, language), thread=form.thread, author=by, text=form.cleaned_data["text"]
    )
    comment.mentions.set(form.mentioned)
    if form.thread:
        Comment.objects.filter(pk=form.thread.pk).update(resolved_at=None, resolved_by=None)
    notify_all(form.mentioned, Notice.Kind.MENTION, item, language, by=by, text=comment.text)
    return comment


# --- Reading ------------------------------------------------------------------------


def open_threads(items):
    """(number of the item, language) → how many threads are open, for items of one type."""
    items = list(items)
    if not items:
        return {}
    counts = (
        Comment.objects.filter(
            item_type=ContentType.objects.get_for_model(items[0]),
            item_id__in=[item.pk for item in items],
            thread=None,
            resolved_at=None,
        )
        .order_by()
        .values_list("item_id", "language")
        .annotate(Count("pk"))
    )
    return {(number, language): count for number, language, count in counts}


def _about(item, language):
    return {"item_type": ContentType.objects.get_for_model(item), "item_id": item.pk, "language": language}


def _threads(item, language):
    answers = Comment.objects.select_related("author").prefetch_related("mentions")
    return (
        Comment.objects.filter(**_about(item, language), thread=None)
        .select_related("author", "resolved_by")
        .prefetch_related("mentions", Prefetch("answers", answers))
    )


def with_mentions(comment):
    """A comment's text as HTML, with those whom it mentions marked."""
    names = {person.username.lower() for person in comment.mentions.all()}
    parts, end = [], 0
    for found in MENTION.finditer(comment.text):
        if found[1].lower() in names:
            parts += [(comment.text[end : found.start()], found[0])]
            end = found.end()
    marked = format_html_join("", '{}<bdi class="mention" dir="ltr">{}</bdi>', parts)
    return format_html("{}{}", marked, comment.text[end:])


# --- Screens ------------------------------------------------------------------------


def comments(request, label, pk, language):
    """The threads of one language of an item: open ones first, resolved ones folded away."""
    item = item_for(request.user, label, pk, language)
    people = people_who_can_see(item)
    sent = None
    if request.method == "POST":
        sent = CommentForm(people, request.POST, thread=_thread_named(request, item, language))
        if sent.is_valid():
            comment = add_comment(item, language, sent, by=request.user)
            return HttpResponseRedirect(f"{text_url('comments', item, language)}#comment-{comment.pk}")
    title = _("Comments: %(language)s") % {"language": own_name(language)}
    return render_screen(request, "desk/comments.html", _context(item, language, people, sent), title=title)


def _thread_named(request, item, language):
    number = request.POST.get("thread")
    return get_object_or_404(_threads(item, language), pk=number_in(number)) if number else None


def _context(item, language, people, sent):
    threads = [_thread_row(thread, people, sent) for thread in _threads(item, language)]
    counts = open_threads([item])
    return {
        "item": item,
        "opts": item._meta,
        "language": language,
        "back_url": form_url(item, language),
        "url": text_url("comments", item, language),
        "tabs": [_tab(item, code, language, counts) for code in language_codes()],
        "text_title": item.text_in("title", language) or item.working_title,
        "open": [row for row in threads if not row["thread"].resolved_at],
        "resolved": [row for row in threads if row["thread"].resolved_at],
        "form": sent if sent and not sent.thread else CommentForm(people),
        "people": people.values(),
    }


def _thread_row(thread, people, sent):
    is_answered = sent is not None and sent.thread == thread
    return {
        "thread": thread,
        "comments": [
            {"comment": comment, "text": with_mentions(comment)} for comment in (thread, *thread.answers.all())
        ],
        "form": sent if is_answered else CommentForm(people, thread=thread),
        "is_answered": is_answered,
    }


def _tab(item, code, current, counts):
    return {
        "code": code,
        "name": own_name(code),
        "dir": direction(code),
        "url": text_url("comments", item, code),
        "is_current": code == current,
        "count": counts.get((item.pk, code), 0),
    }


@require_POST
def resolve(request, pk):
    """Says that a thread is settled."""
    return _set_resolved(request, pk, resolved_at=timezone.now(), resolved_by=request.user)


@require_POST
def reopen(request, pk):
    """Says that a thread is not settled after all."""
    return _set_resolved(request, pk, resolved_at=None, resolved_by=None)


def _set_resolved(request, pk, *, resolved_at, resolved_by):
    thread = get_object_or_404(Comment.objects.select_related("item_type"), pk=pk, thread=None)
    label = f"{thread.item_type.app_label}.{thread.item_type.model}"
    item = item_for(request.user, label, thread.item_id, thread.language)
    is_change = Comment.objects.filter(pk=pk, resolved_at__isnull=resolved_at is not None)
    is_change.update(resolved_at=resolved_at, resolved_by=resolved_by)
    return HttpResponseRedirect(f"{text_url('comments', item, thread.language)}#comment-{pk}")


screens = [
    ("comments/<str:label>/<int:pk>/<str:language>/", comments, "comments"),
    ("comments/<int:pk>/resolve/", resolve, "resolve_comment"),
    ("comments/<int:pk>/reopen/", reopen, "reopen_comment"),
]
