"""
Readers' messages in the admin: for the receivers of their topic and for nobody else, admins and superusers included.

No role gives a right to them. An admin makes somebody a receiver, and that
stands in the audit log; of the messages themselves only their numbers do.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import CheckboxSelectMultiple
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import record
from accounts.models import User
from desk.admin import TranslatedAdmin, by_language, choice_only
from desk.forms import TranslatedForm
from desk.reach import clock
from pages.models import ContactMessage, ContactTopic, SiteSettings
from pages.workflow import mark_answered
from publishing.languages import direction, own_name


class ContactTopicForm(TranslatedForm):
    """A topic. Its messages must reach somebody."""

    def clean(self):
        facts = super().clean()
        reaches = [facts.get("email"), facts.get("receivers"), SiteSettings.load().press_email]
        if not self.errors and not any(reaches):
            raise ValidationError(
                _("Choose a receiver or write an e-mail address: otherwise nobody gets the messages of this topic.")
            )
        return facts


@admin.register(ContactTopic)
class ContactTopicAdmin(TranslatedAdmin):
    """What readers may write about, and who reads it."""

    form = ContactTopicForm
    list_display = ("__str__", "who", "email", "position")

    def get_fieldsets(self, request, obj=None):
        return [*by_language(["name"]), (None, {"fields": ("receivers", "email", "position")})]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("receivers")

    @admin.display(description=gettext_lazy("receivers"))
    def who(self, topic):
        return _(", ").join(str(person) for person in topic.receivers.all())

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return choice_only(super().formfield_for_dbfield(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        people = User.objects.filter(is_active=True, is_staff=True).order_by("display_name", "username")
        return db_field.formfield(queryset=people, widget=CheckboxSelectMultiple)

    def save_related(self, request, form, formsets, change):
        """Who gets to read what others wrote, or does no longer, is written down by name."""
        topic = form.instance
        before = set(topic.receivers.all())
        super().save_related(request, form, formsets, change)
        after = set(topic.receivers.all())
        if before != after:
            new, gone = sorted(map(str, after - before)), sorted(map(str, before - after))
            record("topic.receivers", by=request.user, target=topic, request=request, added=new, removed=gone)


class OwnTopics(admin.SimpleListFilter):
    """By topic, among those whose receiver somebody is."""

    title = gettext_lazy("topic")
    parameter_name = "topic"

    def lookups(self, request, model_admin):
        return [(str(topic.pk), str(topic)) for topic in ContactTopic.objects.filter(receivers=request.user)]

    def queryset(self, request, queryset):
        return queryset.filter(topic=self.value()) if self.value() in dict(self.lookup_choices) else queryset


class Answered(admin.SimpleListFilter):
    """What still waits for an answer."""

    title = gettext_lazy("state")
    parameter_name = "answered"

    def lookups(self, request, model_admin):
        return [("no", _("not answered yet")), ("yes", _("answered"))]

    def queryset(self, request, queryset):
        is_open = {"no": True, "yes": False}.get(self.value())
        return queryset if is_open is None else queryset.filter(answered_at__isnull=is_open)


@admin.register(ContactMessage)
class ContactMessageAdmin(admin.ModelAdmin):
    """What readers wrote, to be read, answered and deleted by its receivers. Nothing in it is changed."""

    list_display = ("sender", "topic_name", "sent_at", "answer")
    list_filter = (Answered, OwnTopics)
    list_per_page = 50
    ordering = ("-sent_at", "-pk")
    search_fields = ("name", "email", "organisation", "text")

    # --- Who may what -------------------------------------------------------------

    def get_queryset(self, request):
        rows = super().get_queryset(request).filter(topic__receivers=request.user)
        return rows.select_related("topic", "answered_by")

    @staticmethod
    def _is_receiver(request):
        """Whether somebody receives any messages; asked once for each request."""
        if not hasattr(request, "receives_messages"):
            request.receives_messages = ContactTopic.objects.filter(receivers=request.user.pk).exists()
        return request.receives_messages

    def _may_read(self, request, message):
        return self._is_receiver(request) and (message is None or self.get_queryset(request).contains(message))

    def has_module_permission(self, request):
        return self._is_receiver(request)

    def has_view_permission(self, request, obj=None):
        return self._may_read(request, obj)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return self._may_read(request, obj)

    def lookup_allowed(self, lookup, value, request=None):
        """Only what the filters ask for: by others, what somebody may not see could be guessed letter by letter."""
        return lookup in {OwnTopics.parameter_name, Answered.parameter_name}

    # --- The list -----------------------------------------------------------------

    @admin.display(description=gettext_lazy("topic"), ordering="topic__position")
    def topic_name(self, message):
        return f"{message.topic} ({own_name(message.language)})"

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def sender(self, message):
        return message.name

    @admin.display(description=gettext_lazy("answered"), ordering="answered_at")
    def answer(self, message):
        if message.answered_at is None:
            return _("not answered yet")
        facts = {"person": message.answered_by or _("Somebody"), "time": clock(message.answered_at)}
        return _("by %(person)s on %(time)s") % facts

    # --- One message --------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The message, to be read: a page of its own, since nothing in it is a field to be changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        message = self.get_object(request, object_id)
        if message is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Message of %(day)s") % {"day": clock(message.sent_at)},
            "message": message,
            "language_name": own_name(message.language),
            "direction": direction(message.language),
            "answer": self.answer(message),
            "may_delete": self.has_delete_permission(request, message),
        }
        return TemplateResponse(request, "pages/message.html", context)

    # --- Answering ----------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.answer_view)
        return [path("<int:number>/answered/", view, name="pages_contactmessage_answered"), *super().get_urls()]

    def answer_view(self, request, number):
        """Writes down that somebody answered a message, or that it waits after all: a button of its page."""
        message = self.get_queryset(request).filter(pk=number).first()
        if message is None:
            raise PermissionDenied
        if request.method == "POST":
            is_answered = message.answered_at is None
            mark_answered(message, by=request.user, is_answered=is_answered, request=request)
            words = _("This message is marked as answered.") if is_answered else _("This message waits again.")
            messages.success(request, words)
        return HttpResponseRedirect(reverse("admin:pages_contactmessage_change", args=[number]))
